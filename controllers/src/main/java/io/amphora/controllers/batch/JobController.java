package io.amphora.controllers.batch;

import io.amphora.api.Views;
import io.amphora.api.batch.v1.Job;
import io.amphora.api.batch.v1.JobCondition;
import io.amphora.api.batch.v1.Jobs;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.Index;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Claims;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Owners;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.controllers.pod.DeletionOrder;
import io.amphora.controllers.pod.PodEvents;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs Pods until enough of them have succeeded, or too many have failed.
///
/// Each plan does what the Pods call for, writes down what it counted, and then lets go of
/// the Pods that are written down.
public final class JobController implements Controller<Job> {
    private static final String OURS = "kubernetes.io/job-controller";
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(10);
    private static final Duration LAST_BACK_OFF = Duration.ofMinutes(10);
    private static final int BURST = 500;

    @Override
    public String name() {
        return "job-controller";
    }

    @Override
    public Watches<Job> watches() {
        return Watches.of(Jobs.DEFINITION)
                .ownsOrAdopts(Pods.DEFINITION, (job, pod) -> selector(job).matches(labels(pod)))
                .reads(Pods.DEFINITION, Claims.orphans())
                .on(Pods.DEFINITION, (pod, seen) -> forgotten(pod), byJobName());
    }

    private static LabelSelector selector(Job job) {
        return LabelSelector.of(job.spec().tree().get("selector"));
    }

    private static ObjectTree labels(Pod pod) {
        return pod.tree().object("metadata").object("labels");
    }

    private static Index<Pod> byJobName() {
        return new Index<>("job", pod -> {
            String name = pod.metadata().labels().getOrDefault(JobPods.JOB_NAME, "");
            return name.isEmpty() ? List.of() : List.of(pod.namespace() + "/" + name);
        });
    }

    /// A Pod that bears the finalizer of a Job that is gone.
    private static List<Key> forgotten(Pod pod) {
        String name = pod.metadata().labels().getOrDefault(JobPods.JOB_NAME, "");
        boolean held = JobPods.isTracked(pod) && !name.isEmpty();
        return held ? List.of(new Key(Target.of(Jobs.DEFINITION), pod.namespace(), name)) : List.of();
    }

    @Override
    public Plan planWithout(Key gone, Seen seen, Instant now) {
        return letGo(seen, gone.namespace(), gone.name(), "");
    }

    private static Plan letGo(Seen seen, String namespace, String name, String owner) {
        return Plan.together(seen.of(Pods.DEFINITION).by("job", namespace + "/" + name).stream()
                .filter(JobPods::isTracked)
                .filter(pod -> Owners.findController(pod)
                        .map(reference -> !reference.text("uid").equals(owner))
                        .orElse(true))
                .map(JobPods::untrack)
                .toList());
    }

    @Override
    public Plan plan(Job job, Seen seen, Instant now) {
        if (!job.spec().managedBy().isEmpty() && !job.spec().managedBy().equals(OURS)) return Plan.NOTHING;
        boolean finished = JobEnd.isFinished(job);
        Claims<Pod> claims = Claims.of(job, selector(job), pod -> true, JobPods.FINALIZER, Pods.DEFINITION, seen);
        boolean going = job.metadata().findDeletionTimestamp().isPresent();
        if (finished || going) {
            List<Action> release = claims.owned().stream()
                    .filter(pod -> JobPods.isTracked(pod)
                            && (finished || PodFacts.isTerminating(pod) || PodFacts.isFinished(pod)))
                    .map(JobPods::untrack)
                    .toList();
            return Plan.together(release)
                    .then(going ? letGo(seen, job.namespace(), job.name(), job.uid()) : Plan.NOTHING);
        }
        if (!claims.areSettled()) return claims.settle(job, Target.of(Jobs.DEFINITION));
        return run(started(job, now), job, claims.owned(), now);
    }

    /// A Job's clock starts with it, and anew when it is resumed.
    private static Job started(Job job, Instant now) {
        if (job.spec().suspend()) return job;
        boolean resumes = isSuspended(job);
        if (job.status().findStartTime().isPresent() && !resumes) return job;
        return job.withStatus(job.status().withStartTime(now));
    }

    private static boolean isSuspended(Job job) {
        return job.status().conditions().stream()
                .anyMatch(condition -> condition.type().equals("Suspended")
                        && condition.status().equals("True"));
    }

    private static Plan run(Job job, Job stored, List<Pod> pods, Instant now) {
        Optional<JobEnd> end =
                JobEnd.decided(job).or(() -> JobEnd.find(job, pods, Tally.of(job, pods, false, false), now));
        Tally tally =
                Tally.of(job, pods, end.isPresent(), end.map(JobEnd::isFailure).orElse(false));
        Plan work = end.isPresent()
                ? deleteActive(pods)
                : job.spec().suspend() ? suspend(pods) : manage(job, pods, tally, now);
        return work.then(outcomes -> PodEvents.tell(job, told(outcomes))
                .then(conclude(job, stored, pods, change(outcomes), tally, end, now)));
    }

    // ---- Pods ----

    private static Plan deleteActive(List<Pod> pods) {
        return Plan.together(pods.stream()
                .filter(PodFacts::isActive)
                .map(pod -> Action.delete(Pods.DEFINITION, pod))
                .toList());
    }

    /// What the Job itself takes away did not fail: it is not counted.
    private static Plan suspend(List<Pod> pods) {
        return remove(pods.stream().filter(PodFacts::isActive).toList());
    }

    private static Plan remove(List<Pod> pods) {
        var actions = new ArrayList<Action>();
        for (Pod pod : pods) {
            if (JobPods.isTracked(pod)) actions.add(JobPods.untrack(pod));
            actions.add(Action.delete(Pods.DEFINITION, pod));
        }
        return Plan.of(actions);
    }

    private static Plan manage(Job job, List<Pod> pods, Tally tally, Instant now) {
        List<Pod> active = pods.stream().filter(PodFacts::isActive).toList();
        int wanted = wanted(job, active.size(), tally);
        int surplus = active.size() - wanted;
        if (surplus > 0) {
            var ordered = new ArrayList<>(active);
            ordered.sort(DeletionOrder.of(Map.of(), now));
            return remove(ordered.subList(0, surplus));
        }
        int missing = wanted - active.size();
        if (JobPods.waitsForTheEnd(job)) missing -= (int) terminating(pods);
        if (missing <= 0) return Plan.NOTHING;
        if (Tally.isIndexed(job)) return createIndexes(job, pods, tally, missing, now);
        Optional<Instant> later = findBackOff(pods, job, now);
        if (later.isPresent()) return Plan.lookAgainAt(later.get());
        var creates = new ArrayList<Action>();
        for (int i = 0; i < Math.min(missing, BURST); i++) creates.add(JobPods.create(job, JobPods.NO_INDEX, -1));
        return Plan.doubling(creates);
    }

    private static int wanted(Job job, int active, Tally tally) {
        int parallelism = job.spec().findParallelism().orElse(1);
        if (job.spec().findCompletions().isEmpty())
            return tally.succeeded() > 0 ? Math.min(active, parallelism) : parallelism;
        int left = job.spec().completions()
                - tally.succeeded()
                - tally.failedIndexes().size();
        return Math.max(0, Math.min(parallelism, left));
    }

    private static Plan createIndexes(Job job, List<Pod> pods, Tally tally, int missing, Instant now) {
        var taken = new java.util.HashSet<Integer>();
        for (Pod pod : pods)
            if (PodFacts.isActive(pod) || JobPods.waitsForTheEnd(job) && !PodFacts.isFinished(pod))
                taken.add(JobPods.index(pod));
        var creates = new ArrayList<Action>();
        Optional<Instant> later = Optional.empty();
        for (int index = 0; index < job.spec().completions() && creates.size() < Math.min(missing, BURST); index++) {
            if (taken.contains(index) || !tally.isOpen(index)) continue;
            int number = index;
            List<Pod> ofIndex =
                    pods.stream().filter(pod -> JobPods.index(pod) == number).toList();
            Optional<Instant> backOff = findBackOff(Tally.countsByIndex(job) ? ofIndex : pods, job, now);
            if (backOff.isPresent()) {
                if (later.isEmpty() || backOff.get().isBefore(later.get())) later = backOff;
                continue;
            }
            int failures = ofIndex.stream()
                    .filter(pod -> JobPods.isFailed(pod, job))
                    .filter(pod -> !FailurePolicy.of(job, pod).action().equals("Ignore"))
                    .mapToInt(pod -> JobPods.failures(pod) + 1)
                    .max()
                    .orElse(0);
            creates.add(JobPods.create(job, index, Tally.countsByIndex(job) ? failures : -1));
        }
        Plan plan = Plan.doubling(creates);
        return later.map(plan::andLookAgainAt).orElse(plan);
    }

    /// After failures in a row the next Pod waits, 10 s and twice as long each time.
    private static Optional<Instant> findBackOff(List<Pod> pods, Job job, Instant now) {
        Instant success = pods.stream()
                .filter(JobPods::isSucceeded)
                .map(JobPods::finishedAt)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
        List<Instant> failures = pods.stream()
                .filter(pod -> JobPods.isFailed(pod, job))
                .map(JobPods::finishedAt)
                .filter(at -> at.isAfter(success))
                .sorted()
                .toList();
        if (failures.isEmpty()) return Optional.empty();
        Duration wait = FIRST_BACK_OFF.multipliedBy(1L << Math.min(10, failures.size() - 1));
        Instant next = failures.getLast().plus(wait.compareTo(LAST_BACK_OFF) > 0 ? LAST_BACK_OFF : wait);
        return next.isAfter(now) ? Optional.of(next) : Optional.empty();
    }

    private static long terminating(List<Pod> pods) {
        return pods.stream()
                .filter(pod -> PodFacts.isTerminating(pod) && !PodFacts.isFinished(pod))
                .count();
    }

    /// By how much the number of active Pods has just changed.
    private static int change(List<Outcome> outcomes) {
        int change = 0;
        for (Outcome outcome : outcomes) {
            if (!outcome.succeeded()) continue;
            if (outcome.action() instanceof Action.Create) change++;
            if (outcome.action() instanceof Action.Delete) change--;
        }
        return change;
    }

    /// Taking the finalizer off is no news.
    private static List<Outcome> told(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> !(outcome.action() instanceof Action.Patch))
                .toList();
    }

    // ---- status ----

    private static Plan conclude(
            Job job, Job stored, List<Pod> pods, int change, Tally tally, Optional<JobEnd> end, Instant now) {
        var events = new ArrayList<Action>();
        long active = Math.max(0, Tally.active(pods) + change);
        boolean quiet = active == 0 && terminating(pods) == 0 && change == 0;
        Job told = job.withStatus(job.status().withConditions(conditions(job, tally, end, quiet, events, now)));
        ObjectTree status = counts(told, pods, active, tally);
        if (JobEnd.isFinished(told) && end.filter(each -> !each.isFailure()).isPresent())
            status = status.with("completionTime", Views.tree(now));
        Job changed = Job.of(job.tree().with("status", status));
        List<Action> untrack = tally.done().stream().map(JobPods::untrack).toList();
        Plan plan = changed.status().equals(stored.status())
                ? Plan.together(untrack)
                : Plan.of(Action.updateStatus(Jobs.DEFINITION, changed))
                        .then(Plan.of(events))
                        .then(Plan.together(untrack));
        return JobEnd.findDeadline(changed)
                .filter(deadline -> end.isEmpty())
                .map(plan::andLookAgainAt)
                .orElse(plan);
    }

    private static ObjectTree counts(Job job, List<Pod> pods, long active, Tally tally) {
        ObjectTree before = job.status().tree();
        var uncounted = ObjectTree.builder();
        if (!tally.uncountedSucceeded().isEmpty()) uncounted.put("succeeded", Tally.uids(tally.uncountedSucceeded()));
        if (!tally.uncountedFailed().isEmpty()) uncounted.put("failed", Tally.uids(tally.uncountedFailed()));
        ObjectTree status = before.with(
                        "ready",
                        pods.stream()
                                .filter(pod -> PodFacts.isActive(pod) && PodFacts.isReady(pod))
                                .count())
                .with("terminating", terminating(pods))
                .with("uncountedTerminatedPods", uncounted.build());
        status = withCount(status, "active", active);
        status = withCount(status, "succeeded", tally.countedSucceeded());
        status = withCount(status, "failed", tally.countedFailed());
        if (!Tally.isIndexed(job)) return status;
        status = tally.succeededIndexes().isEmpty()
                ? status.without("completedIndexes")
                : status.with("completedIndexes", Indexes.text(tally.succeededIndexes()));
        return Tally.countsByIndex(job) ? status.with("failedIndexes", Indexes.text(tally.failedIndexes())) : status;
    }

    private static ObjectTree withCount(ObjectTree status, String field, long value) {
        return value == 0 ? status.without(field) : status.with(field, value);
    }

    private static List<JobCondition> conditions(
            Job job, Tally tally, Optional<JobEnd> end, boolean quiet, List<Action> events, Instant now) {
        var conditions = new ArrayList<>(job.status().conditions());
        if (end.isPresent()) {
            JobEnd why = end.get();
            if (JobEnd.decided(job).isEmpty())
                conditions.add(condition(why.type(), "True", why.reason(), why.message(), now));
            if (!quiet || !tally.isSettled()) return conditions;
            conditions.add(
                    condition(why.isFailure() ? "Failed" : "Complete", "True", why.reason(), why.message(), now));
            events.add(
                    why.isFailure()
                            ? Action.warning(job, why.reason(), why.message())
                            : Action.normal(job, "Completed", "Job completed"));
            return conditions;
        }
        if (job.spec().suspend() == isSuspended(job)) return conditions;
        boolean suspends = job.spec().suspend();
        conditions.removeIf(condition -> condition.type().equals("Suspended"));
        conditions.add(
                suspends
                        ? condition("Suspended", "True", "JobSuspended", "Job suspended", now)
                        : condition("Suspended", "False", "JobResumed", "Job resumed", now));
        events.add(Action.normal(job, suspends ? "Suspended" : "Resumed", suspends ? "Job suspended" : "Job resumed"));
        return conditions;
    }

    private static JobCondition condition(String type, String status, String reason, String message, Instant now) {
        Tree time = Views.tree(now);
        return new JobCondition(ObjectTree.of(
                "type", type,
                "status", status,
                "reason", reason,
                "message", message,
                "lastProbeTime", time,
                "lastTransitionTime", time));
    }
}
