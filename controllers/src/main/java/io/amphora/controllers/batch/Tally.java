package io.amphora.controllers.batch;

import io.amphora.api.batch.v1.Job;
import io.amphora.api.core.v1.Pod;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// How far a Job has come. Each Pod is counted exactly once, although Pods go away (KEP-2307):
///
/// ```
///   finished, has finalizer ─▶ uid in uncountedTerminatedPods ─▶ finalizer removed ─▶ counter + 1, uid dropped
/// ```
///
/// For an indexed Job successes need no uids: an index that is written down is not counted twice.
///
/// @param succeeded all successes, counted or not yet
/// @param failed likewise
/// @param countedSucceeded what the counter says now
/// @param uncountedSucceeded uids that still wait for their finalizer to go
/// @param done Pods that are settled once the status is written: their finalizers go
record Tally(
        int succeeded,
        int failed,
        int countedSucceeded,
        int countedFailed,
        Set<String> uncountedSucceeded,
        Set<String> uncountedFailed,
        TreeSet<Integer> succeededIndexes,
        TreeSet<Integer> failedIndexes,
        List<Pod> done) {

    /// @param over whether the Job is finished but for the counting: then Pods that still run count as failed
    /// @param failing whether it is over by failure
    static Tally of(Job job, List<Pod> pods, boolean over, boolean failing) {
        var byUid = new HashMap<String, Pod>();
        for (Pod pod : pods) byUid.put(pod.uid(), pod);
        var noted = job.status().uncountedTerminatedPods();
        var uncountedSucceeded = new LinkedHashSet<String>();
        var uncountedFailed = new LinkedHashSet<String>();
        int countedSucceeded = job.status().succeeded() + settle(noted.succeeded(), byUid, uncountedSucceeded);
        int countedFailed = job.status().failed() + settle(noted.failed(), byUid, uncountedFailed);
        boolean indexed = isIndexed(job);
        var succeededIndexes =
                Indexes.parse(job.status().completedIndexes(), job.spec().completions());
        var failedIndexes =
                Indexes.parse(job.status().failedIndexes(), job.spec().completions());
        var done = new ArrayList<Pod>();
        for (Pod pod : pods) {
            if (!JobPods.isTracked(pod)) continue;
            boolean failed = JobPods.isFailed(pod, job);
            boolean known = uncountedSucceeded.contains(pod.uid()) || uncountedFailed.contains(pod.uid());
            if (!known && JobPods.isSucceeded(pod)) {
                if (!indexed) uncountedSucceeded.add(pod.uid());
                else if (isIndexOf(pod, job)) succeededIndexes.add(JobPods.index(pod));
            } else if (!known && (failed || over && failing)) {
                FailurePolicy policy = FailurePolicy.of(job, pod);
                if (!policy.action().equals("Ignore")) uncountedFailed.add(pod.uid());
                if (failed && isLastFailure(job, pod, policy)) failedIndexes.add(JobPods.index(pod));
            } else if (!known && !over) continue;
            done.add(pod);
        }
        failedIndexes.removeAll(succeededIndexes);
        if (indexed) countedSucceeded = succeededIndexes.size();
        int succeeded = indexed ? succeededIndexes.size() : countedSucceeded + uncountedSucceeded.size();
        return new Tally(
                succeeded,
                countedFailed + uncountedFailed.size(),
                countedSucceeded,
                countedFailed,
                uncountedSucceeded,
                uncountedFailed,
                succeededIndexes,
                failedIndexes,
                done);
    }

    /// @return how many of the noted Pods are without finalizer, or gone, and so are counted now; the others stay
    ///     noted
    private static int settle(List<String> noted, Map<String, Pod> byUid, Set<String> still) {
        int counted = 0;
        for (String uid : noted) {
            Pod pod = byUid.get(uid);
            if (pod != null && JobPods.isTracked(pod)) still.add(uid);
            else counted++;
        }
        return counted;
    }

    static boolean isIndexed(Job job) {
        return job.spec().completionMode().equals("Indexed");
    }

    static boolean countsByIndex(Job job) {
        return isIndexed(job) && job.spec().findBackoffLimitPerIndex().isPresent();
    }

    private static boolean isIndexOf(Pod pod, Job job) {
        int index = JobPods.index(pod);
        return index >= 0 && index < job.spec().completions();
    }

    private static boolean isLastFailure(Job job, Pod pod, FailurePolicy policy) {
        if (!countsByIndex(job) || !isIndexOf(pod, job) || policy.action().equals("Ignore")) return false;
        return policy.action().equals("FailIndex")
                || JobPods.failures(pod) >= job.spec().backoffLimitPerIndex();
    }

    boolean isSettled() {
        return uncountedSucceeded.isEmpty() && uncountedFailed.isEmpty() && done.isEmpty();
    }

    /// Whether the index is neither done nor given up.
    boolean isOpen(int index) {
        return !succeededIndexes.contains(index) && !failedIndexes.contains(index);
    }

    static ListTree uids(Set<String> uids) {
        return new ListTree(uids.stream().map(Tree::of).toList());
    }

    static long active(List<Pod> pods) {
        return pods.stream().filter(PodFacts::isActive).count();
    }
}
