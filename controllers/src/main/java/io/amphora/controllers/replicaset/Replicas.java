package io.amphora.controllers.replicaset;

import io.amphora.api.ApiObject;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Views;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.api.core.v1.Pods;
import io.amphora.controllers.Action;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.pod.DeletionOrder;
import io.amphora.controllers.pod.PodEvents;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.controllers.pod.PodTemplates;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// So and so many Pods of one template, for an owner whose status has the fields that
/// ReplicaSets and ReplicationControllers share.
///
/// @param countsGoing whether the status tells how many Pods are terminating (KEP-3973)
record Replicas<T extends ApiObject>(
        ResourceDefinition<T> kind,
        T owner,
        int wanted,
        int minReadySeconds,
        PodTemplateSpec template,
        boolean countsGoing) {
    /// More are made or deleted in the next plan, so that one owner does not keep a worker
    /// for too long.
    private static final int BURST = 500;

    private static final Set<String> ALWAYS = Set.of("replicas", "terminatingReplicas");

    /// @param pods those of the owner
    /// @param related Pods that do the same work
    Plan plan(List<Pod> pods, List<Pod> related, Instant now) {
        List<Pod> active = pods.stream().filter(PodFacts::isActive).toList();
        boolean going = owner.tree().object("metadata").has("deletionTimestamp");
        int surplus = going ? 0 : active.size() - wanted;
        Plan changed =
                surplus < 0 ? create(-surplus) : surplus > 0 ? delete(active, surplus, related, now) : Plan.NOTHING;
        Plan plan = changed.then(outcomes -> tell(outcomes).then(status(pods, active, failure(outcomes), now)));
        return lookAgain(plan, active, now);
    }

    private Plan create(int missing) {
        Action create = Action.create(Pods.DEFINITION, PodTemplates.podOf(template, owner));
        return Plan.doubling(Collections.nCopies(Math.min(missing, BURST), create));
    }

    private Plan delete(List<Pod> active, int surplus, List<Pod> related, Instant now) {
        var perNode = new HashMap<String, Integer>();
        for (Pod pod : related)
            if (PodFacts.isActive(pod)) perNode.merge(pod.spec().nodeName(), 1, Integer::sum);
        var ordered = new ArrayList<>(active);
        ordered.sort(DeletionOrder.of(perNode, now));
        return Plan.together(ordered.subList(0, Math.min(surplus, BURST)).stream()
                .map(pod -> Action.delete(Pods.DEFINITION, pod))
                .toList());
    }

    private Plan tell(List<Outcome> outcomes) {
        return PodEvents.tell(owner, outcomes);
    }

    private Plan status(List<Pod> pods, List<Pod> active, Optional<ObjectTree> failure, Instant now) {
        ObjectTree old = owner.tree().object("status");
        LabelSelector labels =
                LabelSelector.ofLabels(template.tree().object("metadata").object("labels"));
        var status = ObjectTree.builder().put("replicas", active.size());
        count(
                status,
                "fullyLabeledReplicas",
                active.stream()
                        .filter(pod ->
                                labels.matches(pod.tree().object("metadata").object("labels")))
                        .count());
        count(status, "readyReplicas", active.stream().filter(PodFacts::isReady).count());
        count(
                status,
                "availableReplicas",
                active.stream()
                        .filter(pod -> PodFacts.isAvailable(pod, minReadySeconds, now))
                        .count());
        if (countsGoing)
            status.put(
                    "terminatingReplicas",
                    pods.stream().filter(Replicas::isGoing).count());
        count(status, "observedGeneration", owner.metadata().generation());
        ListTree conditions = conditions(old.list("conditions"), failure, now);
        if (!conditions.isEmpty()) status.put("conditions", conditions);
        ObjectTree made = status.build();
        if (made.equals(normal(old))) return Plan.NOTHING;
        return Plan.of(Action.updateStatus(kind, kind.view(owner.tree().with("status", made))));
    }

    private static boolean isGoing(Pod pod) {
        return PodFacts.isTerminating(pod) && !PodFacts.isFinished(pod);
    }

    private static void count(ObjectTree.Builder status, String field, long value) {
        if (value != 0) status.put(field, value);
    }

    /// Zeros and empty lists are as good as absent, but for those that are always told.
    private static ObjectTree normal(ObjectTree status) {
        return status.map((name, value) -> {
            boolean empty = value.equals(Tree.of(0)) || value.isNull() || value.equals(ListTree.EMPTY);
            return empty && !ALWAYS.contains(name) ? null : value;
        });
    }

    private static ListTree conditions(ListTree old, Optional<ObjectTree> failure, Instant now) {
        var kept = new ArrayList<Tree>();
        boolean failing = false;
        for (Tree condition : old) {
            boolean isFailure = condition.object().text("type").equals("ReplicaFailure");
            if (isFailure && failure.isEmpty()) continue;
            failing |= isFailure;
            kept.add(condition);
        }
        if (failure.isPresent() && !failing) kept.add(failure.get().with("lastTransitionTime", Views.tree(now)));
        return new ListTree(kept);
    }

    /// The condition that tells of the first thing that failed.
    private static Optional<ObjectTree> failure(List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            if (!PodEvents.isWorthTelling(outcome) || outcome.succeeded()) continue;
            String reason = outcome.action() instanceof Action.Create ? "FailedCreate" : "FailedDelete";
            String message = outcome.findFailure().map(Throwable::getMessage).orElse("");
            return Optional.of(
                    ObjectTree.of("type", "ReplicaFailure", "status", "True", "reason", reason, "message", message));
        }
        return Optional.empty();
    }

    private Plan lookAgain(Plan plan, List<Pod> active, Instant now) {
        return active.stream()
                .flatMap(pod -> PodFacts.findAvailableAt(pod, minReadySeconds, now).stream())
                .min(Instant::compareTo)
                .map(plan::andLookAgainAt)
                .orElse(plan);
    }
}
