package io.amphora.controllers.batch;

import io.amphora.api.ApiException;
import io.amphora.api.Views;
import io.amphora.api.batch.v1.CronJob;
import io.amphora.api.batch.v1.CronJobStatus;
import io.amphora.api.batch.v1.CronJobs;
import io.amphora.api.batch.v1.CronSchedule;
import io.amphora.api.batch.v1.Job;
import io.amphora.api.batch.v1.JobCondition;
import io.amphora.api.batch.v1.Jobs;
import io.amphora.client.DeleteOptions;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Owners;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Starts a Job whenever a schedule says so. Of several times that were missed, only the last is made up for.
public final class CronJobController implements Controller<CronJob> {
    private static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    private static final int MANY = 100;

    @Override
    public String name() {
        return "cronjob-controller";
    }

    @Override
    public Watches<CronJob> watches() {
        return Watches.of(CronJobs.DEFINITION).owns(Jobs.DEFINITION);
    }

    @Override
    public Plan plan(CronJob cron, Seen seen, Instant now) {
        if (cron.metadata().findDeletionTimestamp().isPresent()) return Plan.NOTHING;
        List<Job> jobs = seen.ownedBy(cron, Jobs.DEFINITION);
        var events = new ArrayList<Action>();
        CronJobStatus status = observe(cron, jobs, events);
        if (!status.equals(cron.status()))
            return Plan.of(events).then(Plan.of(Action.updateStatus(CronJobs.DEFINITION, cron.withStatus(status))));
        Plan cleaned = cleanUp(cron, jobs);
        return cleaned.isNothing() ? start(cron, jobs, now) : cleaned;
    }

    // ---- the Jobs that run and ran ----

    private static CronJobStatus observe(CronJob cron, List<Job> jobs, List<Action> events) {
        var active = new ArrayList<Tree>();
        Optional<Instant> success = cron.status().findLastSuccessfulTime();
        for (Tree each : cron.status().tree().list("active")) {
            Optional<Job> job = jobs.stream()
                    .filter(other -> other.uid().equals(each.object().text("uid")))
                    .findFirst();
            String name = each.object().text("name");
            if (job.isEmpty()) events.add(Action.normal(cron, "MissingJob", "Active job went missing: " + name));
            else if (JobEnd.isFinished(job.get()))
                events.add(Action.normal(
                        cron, "SawCompletedJob", "Saw completed job: " + name + ", condition: " + end(job.get())));
            else active.add(each);
        }
        for (Job job : jobs) {
            Optional<Instant> done = job.status().findCompletionTime().filter(at -> end(job).equals("Complete"));
            if (done.isPresent() && (success.isEmpty() || success.get().isBefore(done.get()))) success = done;
        }
        CronJobStatus status = cron.status();
        if (status.tree().has("active"))
            status = new CronJobStatus(
                    active.isEmpty()
                            ? status.tree().without("active")
                            : status.tree().with("active", new ListTree(active)));
        return success.isPresent() ? status.withLastSuccessfulTime(success.get()) : status;
    }

    private static String end(Job job) {
        return job.status().conditions().stream()
                .filter(JobEnd::isTerminal)
                .map(JobCondition::type)
                .findFirst()
                .orElse("");
    }

    private static Plan cleanUp(CronJob cron, List<Job> jobs) {
        var surplus = new ArrayList<Job>();
        surplus.addAll(surplus(
                jobs, "Complete", cron.spec().findSuccessfulJobsHistoryLimit().orElse(3)));
        surplus.addAll(
                surplus(jobs, "Failed", cron.spec().findFailedJobsHistoryLimit().orElse(1)));
        return delete(cron, surplus);
    }

    private static List<Job> surplus(List<Job> jobs, String end, int limit) {
        List<Job> ended = jobs.stream()
                .filter(job -> end(job).equals(end)
                        && job.metadata().findDeletionTimestamp().isEmpty())
                .sorted(Comparator.comparing(job -> job.status().findStartTime().orElse(Instant.EPOCH)))
                .toList();
        return ended.subList(0, Math.max(0, ended.size() - limit));
    }

    private static Plan delete(CronJob cron, List<Job> jobs) {
        if (jobs.isEmpty()) return Plan.NOTHING;
        return Plan.of(jobs.stream()
                        .map(job -> Action.delete(Jobs.DEFINITION, job, DeleteOptions.background()))
                        .toList())
                .then(outcomes -> Plan.of(
                        outcomes.stream().map(outcome -> deleted(cron, outcome)).toList()));
    }

    private static Action deleted(CronJob cron, Outcome outcome) {
        String name = outcome.action() instanceof Action.Delete delete ? delete.name() : "";
        return outcome.findFailure()
                .map(why -> Action.warning(cron, "FailedDelete", "Deleted job: " + why.getMessage()))
                .orElseGet(() -> Action.normal(cron, "SuccessfulDelete", "Deleted job " + name));
    }

    // ---- the next one ----

    private static Plan start(CronJob cron, List<Job> jobs, Instant now) {
        if (cron.spec().suspend()) return Plan.NOTHING;
        CronSchedule schedule;
        ZoneId zone;
        try {
            schedule = CronSchedule.parse(cron.spec().schedule());
            zone = cron.spec().timeZone().isEmpty()
                    ? ZoneOffset.UTC
                    : ZoneId.of(cron.spec().timeZone());
        } catch (CronSchedule.Unreadable unreadable) {
            return Plan.of(Action.warning(
                    cron,
                    "UnparseableSchedule",
                    "unparseable schedule: " + cron.spec().schedule() + " : " + unreadable.getMessage()));
        } catch (DateTimeException unknown) {
            return Plan.of(Action.warning(
                    cron,
                    "UnknownTimeZone",
                    "invalid timeZone: " + cron.spec().timeZone() + ": " + unknown.getMessage()));
        }
        Optional<Instant> next = schedule.next(now, zone);
        Plan plan = missed(cron, schedule, zone, now)
                .map(time -> startAt(cron, jobs, time, now))
                .orElse(Plan.NOTHING);
        return next.isPresent() ? plan.andLookAgainAt(next.get()) : plan;
    }

    /// The last time up to now that has had no Job.
    private static Optional<Instant> missed(CronJob cron, CronSchedule schedule, ZoneId zone, Instant now) {
        Instant since = cron.status()
                .findLastScheduleTime()
                .or(() -> cron.metadata().findCreationTimestamp())
                .orElse(now);
        var deadline = cron.spec().findStartingDeadlineSeconds();
        if (deadline.isPresent() && since.isBefore(now.minusSeconds(deadline.getAsLong())))
            since = now.minusSeconds(deadline.getAsLong());
        Optional<Instant> last = Optional.empty();
        Optional<Instant> time = schedule.next(since, zone);
        for (int count = 0; time.isPresent() && !time.get().isAfter(now); count++) {
            last = time;
            Instant from = time.get();
            // After a long sleep a leap brings us near; the steps that are left are small.
            if (count == MANY) from = leap(schedule, zone, from, now);
            time = schedule.next(from, zone);
        }
        return last;
    }

    private static Instant leap(CronSchedule schedule, ZoneId zone, Instant from, Instant now) {
        Duration step = schedule.next(from, zone)
                .map(next -> Duration.between(from, next).multipliedBy(MANY))
                .orElse(Duration.ZERO);
        Instant near = now.minus(step);
        return near.isAfter(from) ? near : from;
    }

    private static Plan startAt(CronJob cron, List<Job> jobs, Instant time, Instant now) {
        List<Job> running = jobs.stream().filter(job -> !JobEnd.isFinished(job)).toList();
        String policy = cron.spec().concurrencyPolicy();
        if (policy.equals("Forbid") && !running.isEmpty())
            return Plan.of(Action.normal(
                    cron,
                    "JobAlreadyActive",
                    "Not starting job because prior execution is running and concurrency policy is Forbid"));
        if (policy.equals("Replace") && !running.isEmpty()) return delete(cron, running);
        Job job = job(cron, time);
        return Plan.of(Action.create(Jobs.DEFINITION, job))
                .then(outcomes -> started(cron, job, outcomes.getFirst(), now));
    }

    /// Named after its minute, so that there cannot be two.
    private static Job job(CronJob cron, Instant time) {
        ObjectTree template = cron.spec().jobTemplate().tree();
        ObjectTree from = template.object("metadata");
        ObjectTree metadata = ObjectTree.of(
                "name", cron.name() + "-" + time.getEpochSecond() / 60,
                "namespace", cron.namespace(),
                "annotations", from.object("annotations").with(SCHEDULED, Views.tree(time)),
                "ownerReferences", ListTree.of(Owners.reference(cron)));
        if (from.has("labels")) metadata = metadata.with("labels", from.get("labels"));
        return Job.of(Job.EMPTY.tree().with("metadata", metadata).with("spec", template.object("spec")));
    }

    private static Plan started(CronJob cron, Job job, Outcome outcome, Instant now) {
        Optional<ApiException> failure = outcome.findFailure();
        if (failure.isPresent() && !failure.get().reason().equals("AlreadyExists"))
            return Plan.of(Action.warning(
                    cron, "FailedCreate", "Error creating job: " + failure.get().getMessage()));
        CronJobStatus status = cron.status().withLastScheduleTime(now.truncatedTo(ChronoUnit.SECONDS));
        if (failure.isPresent()) return Plan.of(Action.updateStatus(CronJobs.DEFINITION, cron.withStatus(status)));
        Job made = Job.of(outcome.findAnswer().orElse(job.tree()));
        ObjectTree reference = ObjectTree.of(
                "apiVersion", "batch/v1",
                "kind", "Job",
                "namespace", made.namespace(),
                "name", made.name(),
                "uid", made.uid(),
                "resourceVersion", made.metadata().resourceVersion());
        ListTree active = status.tree().list("active").plus(reference);
        CronJob told = cron.withStatus(new CronJobStatus(status.tree().with("active", active)));
        return Plan.of(
                Action.normal(cron, "SuccessfulCreate", "Created job " + made.name()),
                Action.updateStatus(CronJobs.DEFINITION, told));
    }
}
