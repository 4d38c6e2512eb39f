package io.amphora.controllers.deployment;

import static io.amphora.controllers.deployment.Rollout.size;

import io.amphora.api.Views;
import io.amphora.api.apps.v1.Deployment;
import io.amphora.api.apps.v1.DeploymentCondition;
import io.amphora.api.apps.v1.DeploymentStatus;
import io.amphora.api.apps.v1.ReplicaSet;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// What a Deployment says of itself.
final class DeploymentStatuses {
    static final String PROGRESSING = "Progressing";
    private static final int NO_DEADLINE = Integer.MAX_VALUE;

    private DeploymentStatuses() {}

    static boolean hasDeadline(Deployment deployment) {
        var deadline = deployment.spec().findProgressDeadlineSeconds();
        return deadline.isPresent() && deadline.getAsInt() != NO_DEADLINE;
    }

    static Optional<DeploymentCondition> find(DeploymentStatus status, String type) {
        return status.conditions().stream()
                .filter(each -> each.type().equals(type))
                .findFirst();
    }

    /// Counts, and whether enough Pods are available.
    static DeploymentStatus counted(Rollout rollout, Instant now) {
        Deployment deployment = rollout.deployment();
        List<ReplicaSet> all = rollout.all();
        int available =
                all.stream().mapToInt(set -> set.status().availableReplicas()).sum();
        var status = ObjectTree.builder();
        put(status, "observedGeneration", deployment.metadata().generation());
        put(status, "replicas", sum(all));
        put(
                status,
                "updatedReplicas",
                rollout.newest().map(set -> set.status().replicas()).orElse(0));
        put(
                status,
                "readyReplicas",
                all.stream().mapToInt(set -> set.status().readyReplicas()).sum());
        put(status, "availableReplicas", available);
        put(status, "unavailableReplicas", Math.max(0, size(all) - available));
        ObjectTree old = deployment.status().tree();
        if (old.has("collisionCount")) status.put("collisionCount", old.get("collisionCount"));
        if (!old.list("conditions").isEmpty()) status.put("conditions", old.list("conditions"));
        boolean enough = available >= rollout.wanted() - rollout.mayBeUnavailable();
        return with(
                DeploymentStatus.of(status.build()),
                enough
                        ? condition(
                                "Available",
                                "True",
                                "MinimumReplicasAvailable",
                                "Deployment has minimum availability.",
                                now)
                        : condition(
                                "Available",
                                "False",
                                "MinimumReplicasUnavailable",
                                "Deployment does not have minimum availability.",
                                now));
    }

    private static int sum(Collection<ReplicaSet> sets) {
        return sets.stream().mapToInt(set -> set.status().replicas()).sum();
    }

    private static void put(ObjectTree.Builder status, String field, long value) {
        if (value != 0) status.put(field, value);
    }

    /// Counts, and how the rollout goes.
    static DeploymentStatus ofRollout(Rollout rollout, Instant now) {
        Deployment deployment = rollout.deployment();
        DeploymentStatus status = counted(rollout, now);
        if (!hasDeadline(deployment)) status = without(status, PROGRESSING);
        Optional<DeploymentCondition> progress = find(deployment.status(), PROGRESSING);
        boolean wasComplete = status.replicas() == status.updatedReplicas()
                && progress.map(each -> each.reason().equals("NewReplicaSetAvailable"))
                        .orElse(false);
        if (hasDeadline(deployment) && !wasComplete) status = progressed(rollout, status, progress, now);
        Optional<DeploymentCondition> failure = failure(rollout);
        return failure.isPresent() ? with(status, failure.get()) : without(status, "ReplicaFailure");
    }

    private static DeploymentStatus progressed(
            Rollout rollout, DeploymentStatus status, Optional<DeploymentCondition> progress, Instant now) {
        Deployment deployment = rollout.deployment();
        String subject = rollout.newest()
                .map(set -> "ReplicaSet \"" + set.name() + "\"")
                .orElse("Deployment \"" + deployment.name() + "\"");
        if (isComplete(deployment, status))
            return with(
                    status,
                    condition(
                            PROGRESSING,
                            "True",
                            "NewReplicaSetAvailable",
                            subject + " has successfully progressed.",
                            now));
        if (isProgressing(deployment.status(), status)) {
            DeploymentCondition going =
                    condition(PROGRESSING, "True", "ReplicaSetUpdated", subject + " is progressing.", now);
            if (progress.isEmpty() || !progress.get().status().equals("True")) return with(status, going);
            Tree since = progress.get().tree().get("lastTransitionTime");
            return with(
                    without(status, PROGRESSING),
                    new DeploymentCondition(going.tree().with("lastTransitionTime", since)));
        }
        if (isTimedOut(deployment, status, now))
            return with(
                    status,
                    condition(
                            PROGRESSING,
                            "False",
                            "ProgressDeadlineExceeded",
                            subject + " has timed out progressing.",
                            now));
        return status;
    }

    static boolean isComplete(Deployment deployment, DeploymentStatus status) {
        int wanted = deployment.spec().findReplicas().orElse(1);
        return status.updatedReplicas() == wanted
                && status.replicas() == wanted
                && status.availableReplicas() == wanted
                && status.observedGeneration() >= deployment.metadata().generation();
    }

    private static boolean isProgressing(DeploymentStatus before, DeploymentStatus now) {
        return now.updatedReplicas() > before.updatedReplicas()
                || now.replicas() - now.updatedReplicas() < before.replicas() - before.updatedReplicas()
                || now.readyReplicas() > before.readyReplicas()
                || now.availableReplicas() > before.availableReplicas();
    }

    private static boolean isTimedOut(Deployment deployment, DeploymentStatus status, Instant now) {
        Optional<DeploymentCondition> progress = find(status, PROGRESSING);
        if (progress.isEmpty()) return false;
        return switch (progress.get().reason()) {
            case "NewReplicaSetAvailable" -> false;
            case "ProgressDeadlineExceeded" -> true;
            default -> deadline(deployment, progress.get()).isBefore(now);
        };
    }

    /// When a rollout that does not move any more is given up; empty when it is done, or was
    /// given up.
    static Optional<Instant> findDeadline(Deployment deployment, DeploymentStatus status) {
        if (!hasDeadline(deployment) || deployment.spec().paused() || isComplete(deployment, status))
            return Optional.empty();
        return find(status, PROGRESSING)
                .filter(each -> !each.reason().equals("NewReplicaSetAvailable"))
                .filter(each -> !each.reason().equals("ProgressDeadlineExceeded"))
                .map(each -> deadline(deployment, each).plus(Duration.ofSeconds(1)));
    }

    private static Instant deadline(Deployment deployment, DeploymentCondition progress) {
        return progress.findLastUpdateTime()
                .orElse(Instant.EPOCH)
                .plusSeconds(deployment.spec().progressDeadlineSeconds());
    }

    /// The ReplicaSets' own complaint, the newest's first.
    private static Optional<DeploymentCondition> failure(Rollout rollout) {
        var sets = new ArrayList<ReplicaSet>();
        rollout.newest().ifPresent(sets::add);
        sets.addAll(rollout.old());
        return sets.stream()
                .flatMap(set -> set.status().conditions().stream())
                .filter(each -> each.type().equals("ReplicaFailure"))
                .findFirst()
                .map(each -> {
                    Tree since = each.tree().get("lastTransitionTime");
                    return new DeploymentCondition(
                            each.tree().with("lastTransitionTime", since).with("lastUpdateTime", since));
                });
    }

    static DeploymentCondition condition(String type, String status, String reason, String message, Instant now) {
        return new DeploymentCondition(ObjectTree.of(
                "type", type,
                "status", status,
                "reason", reason,
                "message", message,
                "lastUpdateTime", Views.tree(now),
                "lastTransitionTime", Views.tree(now)));
    }

    /// With the condition as the last one; unchanged where it says what is said already.
    static DeploymentStatus with(DeploymentStatus status, DeploymentCondition condition) {
        Optional<DeploymentCondition> before = find(status, condition.type());
        DeploymentCondition said = condition;
        if (before.isPresent() && before.get().status().equals(condition.status())) {
            if (before.get().reason().equals(condition.reason())) return status;
            said = new DeploymentCondition(condition
                    .tree()
                    .with("lastTransitionTime", before.get().tree().get("lastTransitionTime")));
        }
        var conditions = new ArrayList<>(without(status, condition.type()).conditions());
        conditions.add(said);
        return status.withConditions(conditions);
    }

    static DeploymentStatus without(DeploymentStatus status, String type) {
        if (find(status, type).isEmpty()) return status;
        List<DeploymentCondition> others = status.conditions().stream()
                .filter(each -> !each.type().equals(type))
                .toList();
        return others.isEmpty() ? status.withoutConditions() : status.withConditions(others);
    }

    /// Without what says the same as being absent.
    static ObjectTree normal(DeploymentStatus status) {
        return status.tree()
                .map((name, value) ->
                        value.equals(Tree.of(0)) || value.isNull() || value.equals(ListTree.EMPTY) ? null : value);
    }
}
