package io.amphora.controllers.batch;

import io.amphora.api.batch.v1.Job;
import io.amphora.api.batch.v1.JobCondition;
import io.amphora.api.batch.v1.SuccessPolicyRule;
import io.amphora.api.core.v1.Pod;
import io.amphora.controllers.pod.PodFacts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Why a Job ends. It is over when this is known, and finished (Complete, Failed) when its Pods are gone and
/// counted.
///
/// @param type `FailureTarget` or `SuccessCriteriaMet`
record JobEnd(String type, String reason, String message) {
    static final String FAILURE = "FailureTarget";
    static final String SUCCESS = "SuccessCriteriaMet";

    boolean isFailure() {
        return type.equals(FAILURE);
    }

    /// What was decided once stays so.
    static Optional<JobEnd> decided(Job job) {
        return job.status().conditions().stream()
                .filter(condition ->
                        condition.type().equals(FAILURE) || condition.type().equals(SUCCESS))
                .filter(condition -> condition.status().equals("True"))
                .findFirst()
                .map(condition -> new JobEnd(condition.type(), condition.reason(), condition.message()));
    }

    static boolean isFinished(Job job) {
        return job.status().conditions().stream().anyMatch(JobEnd::isTerminal);
    }

    static boolean isTerminal(JobCondition condition) {
        return condition.status().equals("True")
                && (condition.type().equals("Complete") || condition.type().equals("Failed"));
    }

    static Optional<JobEnd> find(Job job, List<Pod> pods, Tally tally, Instant now) {
        return failure(job, pods, tally, now).or(() -> success(job, pods, tally));
    }

    private static Optional<JobEnd> failure(Job job, List<Pod> pods, Tally tally, Instant now) {
        for (Pod pod : pods) {
            FailurePolicy policy = FailurePolicy.of(job, pod);
            if (policy.action().equals("FailJob"))
                return Optional.of(new JobEnd(FAILURE, "PodFailurePolicy", policy.message()));
        }
        if (tally.failed() > job.spec().backoffLimit() || restartsExceedLimit(job, pods))
            return Optional.of(
                    new JobEnd(FAILURE, "BackoffLimitExceeded", "Job has reached the specified backoff limit"));
        if (findDeadline(job).map(deadline -> !deadline.isAfter(now)).orElse(false))
            return Optional.of(
                    new JobEnd(FAILURE, "DeadlineExceeded", "Job was active longer than specified deadline"));
        if (!Tally.countsByIndex(job)) return Optional.empty();
        var most = job.spec().findMaxFailedIndexes();
        if (most.isPresent() && tally.failedIndexes().size() > most.getAsInt())
            return Optional.of(new JobEnd(
                    FAILURE,
                    "MaxFailedIndexesExceeded",
                    "Job has exceeded the specified maximal number of failed indexes"));
        int ended = tally.failedIndexes().size() + tally.succeededIndexes().size();
        if (!tally.failedIndexes().isEmpty() && ended >= job.spec().completions())
            return Optional.of(new JobEnd(FAILURE, "FailedIndexes", "Job has failed indexes"));
        return Optional.empty();
    }

    private static Optional<JobEnd> success(Job job, List<Pod> pods, Tally tally) {
        List<SuccessPolicyRule> rules = job.spec().successPolicy().rules();
        for (int i = 0; i < rules.size(); i++)
            if (matches(rules.get(i), tally, job))
                return Optional.of(new JobEnd(SUCCESS, "SuccessPolicy", "Matched rules at index " + i));
        boolean idle = Tally.active(pods) == 0;
        boolean reached = job.spec().findCompletions().isEmpty()
                ? tally.succeeded() > 0
                : tally.succeeded() >= job.spec().completions();
        boolean suspended = job.spec().suspend() && tally.succeeded() == 0;
        return idle && reached && !suspended
                ? Optional.of(new JobEnd(SUCCESS, "CompletionsReached", "Reached expected number of succeeded pods"))
                : Optional.empty();
    }

    private static boolean matches(SuccessPolicyRule rule, Tally tally, Job job) {
        var matched = new TreeSet<>(tally.succeededIndexes());
        int needed = rule.succeededCount();
        if (rule.findSucceededIndexes().isPresent()) {
            var wanted = Indexes.parse(rule.succeededIndexes(), job.spec().completions());
            matched.retainAll(wanted);
            if (needed == 0) needed = wanted.size();
        }
        return matched.size() >= needed;
    }

    /// Containers that restart in place fail, too.
    private static boolean restartsExceedLimit(Job job, List<Pod> pods) {
        if (!job.spec().template().spec().restartPolicy().equals("OnFailure")) return false;
        int restarts = pods.stream()
                .filter(pod -> !PodFacts.isFinished(pod))
                .mapToInt(JobPods::restarts)
                .sum();
        return job.spec().backoffLimit() == 0
                ? restarts > 0
                : restarts >= job.spec().backoffLimit();
    }

    static Optional<Instant> findDeadline(Job job) {
        var seconds = job.spec().findActiveDeadlineSeconds();
        if (seconds.isEmpty() || job.spec().suspend()) return Optional.empty();
        return job.status().findStartTime().map(start -> start.plusSeconds(seconds.getAsLong()));
    }
}
