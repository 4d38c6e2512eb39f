package io.amphora.api.batch.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Workloads;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Makes a Job whenever its time has come.
public final class CronJobs {
    public static final ResourceDefinition<CronJob> DEFINITION = ResourceDefinition.of(
                    "batch/v1", "CronJob", CronJob::of)
            .shortNames("cj")
            .categories("all")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<CronJob>builder()
                    .name()
                    .text(
                            "Schedule",
                            "When, in cron's form.",
                            cron -> cron.spec().schedule())
                    .text(
                            "Timezone",
                            "Whose clock the schedule means.",
                            cron -> cron.spec().findTimeZone().orElse(Cells.NONE))
                    .add(
                            "Suspend",
                            "boolean",
                            "Whether it makes no Jobs for now.",
                            cron -> cron.spec().suspend() ? "True" : "False")
                    .number(
                            "Active",
                            "Jobs of it that run.",
                            cron -> cron.status().active().size())
                    .add(
                            new Columns.Column("Last Schedule", "string", "", "How long ago it last made a Job.", 0),
                            CronJobs::lastSchedule)
                    .age()
                    .wide(
                            "Containers",
                            "Names of the containers.",
                            cron -> Cells.containerNames(
                                    cron.spec().jobTemplate().spec().template().spec()))
                    .wide(
                            "Images",
                            "Images of the containers.",
                            cron -> Cells.containerImages(
                                    cron.spec().jobTemplate().spec().template().spec()))
                    .wide(
                            "Selector",
                            "How its Jobs find their Pods.",
                            cron -> Cells.selector(
                                    cron.spec().jobTemplate().spec().tree().get("selector")))
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    /// Names of Jobs have at most 63 characters, and eleven of them say for what minute the Job is.
    private static final int NAME_LIMIT = 52;

    private static final Pattern ZONE_PART = Pattern.compile("[A-Za-z._0-9+-]{1,14}");

    private CronJobs() {}

    private static String lastSchedule(CronJob cron, Instant now) {
        return cron.status()
                .findLastScheduleTime()
                .map(last -> Columns.since(last, now))
                .orElse(Cells.NONE);
    }

    private static final class Rules extends SpecAndStatus<CronJob> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        Rules() {
            super(CronJob::of);
        }

        @Override
        public CronJob withDefaults(CronJob cron) {
            return CronJob.of(Defaults.inNew(cron.tree(), "spec", Rules::defaults));
        }

        private static ObjectTree defaults(ObjectTree spec) {
            ObjectTree tree = Defaults.empty(spec, "concurrencyPolicy", "Allow");
            tree = Defaults.absent(tree, "suspend", false);
            tree = Defaults.absent(tree, "successfulJobsHistoryLimit", 3);
            tree = Defaults.absent(tree, "failedJobsHistoryLimit", 1);
            return Defaults.inNew(
                    tree, "jobTemplate", template -> Defaults.inNew(template, "spec", JobDefaults::template));
        }

        @Override
        public void validate(CronJob cron, FieldErrors errors) {
            check(cron.spec(), false, true, errors);
            if (cron.name().length() > NAME_LIMIT)
                errors.invalid(
                        FieldPath.of("metadata").child("name"),
                        cron.name(),
                        "must be no more than " + NAME_LIMIT + " characters");
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        @Override
        public void validateUpdate(CronJob updated, CronJob stored, FieldErrors errors) {
            boolean zoneChanges =
                    !updated.spec().findTimeZone().equals(stored.spec().findTimeZone());
            check(updated.spec(), stored.spec().schedule().contains("TZ"), zoneChanges, errors);
        }

        /// @param zoneInSchedule whether the schedule itself may name a zone, as one that is there already does
        /// @param checkZone a zone that was known once stays
        private static void check(CronJobSpec spec, boolean zoneInSchedule, boolean checkZone, FieldErrors errors) {
            schedule(spec, zoneInSchedule, SPEC.child("schedule"), errors);
            Checks.notNegative(spec.startingDeadlineSeconds(), SPEC.child("startingDeadlineSeconds"), errors);
            if (checkZone) spec.findTimeZone().ifPresent(zone -> zone(zone, SPEC.child("timeZone"), errors));
            Checks.oneOf(
                    spec.concurrencyPolicy(),
                    List.of("Allow", "Forbid", "Replace"),
                    SPEC.child("concurrencyPolicy"),
                    errors);
            JobSpec job = spec.jobTemplate().spec();
            FieldPath template = SPEC.child("jobTemplate").child("spec");
            JobSpecs.validate(job, template, errors);
            job.findSelector()
                    .ifPresent(selector -> errors.invalid(
                            template.child("selector"), selector.tree(), "`selector` will be auto-generated"));
            if (job.manualSelector())
                errors.notSupported(template.child("manualSelector"), true, List.of("nil", "false"));
            FieldPath successful = SPEC.child("successfulJobsHistoryLimit");
            Checks.notNegative(spec.successfulJobsHistoryLimit(), successful, errors);
            Checks.notNegative(spec.failedJobsHistoryLimit(), SPEC.child("failedJobsHistoryLimit"), errors);
        }

        private static void schedule(CronJobSpec spec, boolean zoneInSchedule, FieldPath at, FieldErrors errors) {
            String schedule = spec.schedule();
            if (schedule.isEmpty()) {
                errors.required(at, "");
                return;
            }
            try {
                CronSchedule.parse(schedule);
            } catch (CronSchedule.Unreadable unreadable) {
                errors.invalid(at, schedule, String.valueOf(unreadable.getMessage()));
            }
            if (!schedule.contains("TZ")) return;
            if (!zoneInSchedule)
                errors.invalid(at, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
            else if (spec.findTimeZone().isPresent())
                errors.invalid(at, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
        }

        private static void zone(String zone, FieldPath at, FieldErrors errors) {
            if (zone.isEmpty()) {
                errors.invalid(at, zone, "timeZone must be nil or non-empty string");
                return;
            }
            for (String part : zone.split("/", -1)) {
                if (part.equals(".")
                        || part.equals("..")
                        || part.startsWith("-")
                        || !ZONE_PART.matcher(part).matches()) {
                    errors.invalid(at, zone, "unknown time zone " + zone);
                    return;
                }
            }
            if (zone.equalsIgnoreCase("Local"))
                errors.invalid(
                        at,
                        zone,
                        "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
            else if (!CronSchedule.isKnownZone(zone)) errors.invalid(at, zone, "unknown time zone " + zone);
        }

        @Override
        public List<String> warnings(CronJob cron) {
            var warnings = new ArrayList<>(Workloads.nameWarnings(cron.name()));
            warnings.addAll(warningsOnUpdate(cron, CronJob.EMPTY));
            if (cron.spec().schedule().contains("TZ"))
                warnings.add("spec.schedule: CRON_TZ or TZ used in schedule is not officially supported, see "
                        + "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details");
            return warnings;
        }

        @Override
        public List<String> warningsOnUpdate(CronJob updated, CronJob stored) {
            return changesGeneration(updated, stored)
                    ? Jobs.warnings(
                            updated.spec().jobTemplate().spec(),
                            SPEC.child("jobTemplate").child("spec"))
                    : List.of();
        }
    }
}
