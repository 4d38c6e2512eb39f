package io.amphora.controllers.batch;

import io.amphora.api.ApiException;
import io.amphora.api.batch.v1.CronJob;
import io.amphora.api.batch.v1.CronJobStatus;
import io.amphora.api.batch.v1.CronJobs;
import io.amphora.api.batch.v1.CronSchedule;
import io.amphora.api.batch.v1.Job;
import io.amphora.api.batch.v1.JobCondition;
import io.amphora.api.batch.v1.Jobs;
import io.amphora.client.DeleteOptions;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Owners;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Starts a Job whenever a schedule says so. Of several times that were missed, only the last
/// is made up for.
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
        return cleaned.isNothing() ? Plan.of(unexpected(cron, jobs)).then(start(cron, jobs, now)) : cleaned;
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

    private static List<Action> unexpected(CronJob cron, List<Job> jobs) {
        return jobs.stream()
                .filter(job -> !JobEnd.isFinished(job) && !isActive(cron, job))
                .map(job -> Action.warning(
                        cron, "UnexpectedJob", "Saw a job that the controller did not create or forgot: " + job.name()))
                .toList();
    }

    /// Whether it is one that the controller has started itself; others are made by hand.
    private static boolean isActive(CronJob cron, Job job) {
        return cron.status().tree().list("active").stream()
                .anyMatch(each -> each.object().text("uid").equals(job.uid()));
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
        String text = cron.spec().schedule();
        String name = cron.spec().timeZone();
        try {
            ZoneId zone = name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name);
            return cron.spec().suspend() ? Plan.NOTHING : start(cron, jobs, CronSchedule.parse(text), zone, now);
        } catch (CronSchedule.Unreadable unreadable) {
            String why = "unparseable schedule: " + GoText.quote(text) + " : " + unreadable.getMessage();
            return Plan.of(Action.warning(cron, "UnparseableSchedule", why));
        } catch (DateTimeException unknown) {
            String why = "invalid timeZone: " + GoText.quote(name) + ": unknown time zone " + name;
            return Plan.of(Action.warning(cron, "UnknownTimeZone", why));
        }
    }

    private static Plan start(CronJob cron, List<Job> jobs, CronSchedule schedule, ZoneId zone, Instant now) {
        Instant since = since(cron, now);
        Optional<Instant> next = schedule.next(now, zone);
        Optional<Instant> due = schedule.last(since, now, zone);
        if (next.isEmpty() && due.isEmpty()) {
            String why = "invalid schedule: " + cron.spec().schedule()
                    + " : time difference between two schedules is less than 1 second";
            return Plan.of(Action.warning(cron, "InvalidSchedule", why));
        }
        Plan plan = due.map(time -> startAt(cron, jobs, time.atZone(zone))).orElse(Plan.NOTHING);
        if (misses(schedule, since, now, zone))
            plan = Plan.of(tooManyMissed(cron)).then(plan);
        return next.isPresent() ? plan.andLookAgainAt(next.get()) : plan;
    }

    /// What came before has had its Job, or comes too late for one.
    private static Instant since(CronJob cron, Instant now) {
        Instant since = cron.status()
                .findLastScheduleTime()
                .or(() -> cron.metadata().findCreationTimestamp())
                .orElse(now);
        var seconds = cron.spec().findStartingDeadlineSeconds();
        if (seconds.isEmpty()) return since;
        Instant deadline = now.minusSeconds(seconds.getAsLong());
        return since.isBefore(deadline) ? deadline : since;
    }

    /// Whether there were more times since then than are likely without a fault.
    private static boolean misses(CronSchedule schedule, Instant since, Instant now, ZoneId zone) {
        Optional<Instant> time = schedule.next(since, zone);
        for (int count = 0; count < MANY && time.isPresent() && !time.get().isAfter(now); count++)
            time = schedule.next(time.get(), zone);
        return time.isPresent() && !time.get().isAfter(now);
    }

    private static Action tooManyMissed(CronJob cron) {
        return Action.warning(
                cron,
                "TooManyMissedTimes",
                "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew");
    }

    private static Plan startAt(CronJob cron, List<Job> jobs, ZonedDateTime time) {
        List<Job> running = jobs.stream().filter(job -> isActive(cron, job)).toList();
        boolean busy = !cron.status().tree().list("active").isEmpty();
        if (busy && cron.spec().concurrencyPolicy().equals("Forbid"))
            return Plan.of(Action.normal(
                    cron,
                    "JobAlreadyActive",
                    "Not starting job because prior execution is running and concurrency policy is Forbid"));
        if (!busy || !cron.spec().concurrencyPolicy().equals("Replace")) return create(cron, time);
        ObjectTree freed = cron.status().tree().without("active");
        return delete(cron, running).then(create(cron.withStatus(new CronJobStatus(freed)), time));
    }

    private static Plan create(CronJob cron, ZonedDateTime time) {
        Job job = job(cron, time);
        return Plan.of(Action.create(Jobs.DEFINITION, job))
                .then(outcomes -> outcomes.getFirst()
                        .findFailure()
                        .map(failure -> notCreated(cron, job, failure, time))
                        .orElseGet(() -> created(cron, outcomes.getFirst(), time)));
    }

    /// Named after its minute, so that there cannot be two.
    private static Job job(CronJob cron, ZonedDateTime time) {
        ObjectTree template = cron.spec().jobTemplate().tree();
        ObjectTree from = template.object("metadata");
        ObjectTree metadata = ObjectTree.of(
                "name",
                cron.name() + "-" + time.toEpochSecond() / 60,
                "namespace",
                cron.namespace(),
                "annotations",
                from.object("annotations").with(SCHEDULED, DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time)),
                "ownerReferences",
                ListTree.of(Owners.reference(cron)));
        if (from.has("labels")) metadata = metadata.with("labels", from.get("labels"));
        return Job.of(Job.EMPTY.tree().with("metadata", metadata).with("spec", template.object("spec")));
    }

    private static Plan created(CronJob cron, Outcome outcome, ZonedDateTime time) {
        Job made = Job.of(outcome.findAnswer().orElseThrow());
        return Plan.of(
                Action.normal(cron, "SuccessfulCreate", "Created job " + made.name()), scheduled(cron, made, time));
    }

    /// A Job that is there already was made before its status could be written, if it is the
    /// CronJob's own.
    private static Plan notCreated(CronJob cron, Job job, ApiException failure, ZonedDateTime time) {
        if (!failure.reason().equals("AlreadyExists"))
            return Plan.of(Action.warning(cron, "FailedCreate", "Error creating job: " + failure.getMessage()));
        return Plan.of(new Action.Read(Target.of(Jobs.DEFINITION), job.namespace(), job.name(), ""))
                .then(outcomes -> outcomes.getFirst()
                        .findAnswer()
                        .map(Job::of)
                        .filter(there -> Owners.isControlledBy(there, cron) && !isActive(cron, there))
                        .map(there -> Plan.of(scheduled(cron, there, time)))
                        .orElse(Plan.NOTHING));
    }

    private static Action scheduled(CronJob cron, Job job, ZonedDateTime time) {
        ObjectTree reference = ObjectTree.of(
                "apiVersion", "batch/v1",
                "kind", "Job",
                "namespace", job.namespace(),
                "name", job.name(),
                "uid", job.uid(),
                "resourceVersion", job.metadata().resourceVersion());
        CronJobStatus status = cron.status().withLastScheduleTime(time.toInstant());
        ListTree active = status.tree().list("active").plus(reference);
        CronJob told = cron.withStatus(new CronJobStatus(status.tree().with("active", active)));
        return Action.updateStatus(CronJobs.DEFINITION, told);
    }
}
