package io.amphora.controllers.deployment;

import io.amphora.api.apps.v1.Deployment;
import io.amphora.api.apps.v1.ReplicaSet;
import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A Deployment and its ReplicaSets, sorted into the one of its template and all others,
/// oldest first.
///
/// @param deployment with what its status says by now, see [DeploymentController]
/// @param stored as it was seen
/// @param newest empty while there is no ReplicaSet of the present template
record Rollout(Deployment deployment, Deployment stored, Optional<ReplicaSet> newest, List<ReplicaSet> old) {
    private static final Comparator<ReplicaSet> BY_AGE = Comparator.<ReplicaSet, Instant>comparing(
                    set -> set.metadata().findCreationTimestamp().orElse(Instant.MAX))
            .thenComparing(ReplicaSet::name);

    static Rollout of(Deployment deployment, Deployment stored, Collection<ReplicaSet> sets) {
        var sorted = new ArrayList<>(sets);
        sorted.sort(BY_AGE);
        PodTemplateSpec template = deployment.spec().template();
        Optional<ReplicaSet> newest = sorted.stream()
                .filter(set -> Templates.areSame(set.spec().template(), template))
                .findFirst();
        newest.ifPresent(sorted::remove);
        return new Rollout(deployment, stored, newest, List.copyOf(sorted));
    }

    List<ReplicaSet> all() {
        var all = new ArrayList<>(old);
        newest.ifPresent(all::add);
        return all;
    }

    /// Those that are to have Pods.
    static List<ReplicaSet> active(Collection<ReplicaSet> sets) {
        return sets.stream().filter(set -> size(set) > 0).toList();
    }

    static int size(ReplicaSet set) {
        return set.spec().findReplicas().orElse(1);
    }

    static int size(Collection<ReplicaSet> sets) {
        return sets.stream().mapToInt(Rollout::size).sum();
    }

    /// How many Pods are certain to be available. A status that is older than its spec still
    /// counts Pods that are about to go, and any of them may be.
    static int available(ReplicaSet set) {
        int counted = set.status().availableReplicas();
        if (!isStatusCurrent(set)) counted -= Math.max(0, set.status().replicas() - size(set));
        return Math.max(0, Math.min(counted, size(set)));
    }

    static int available(Collection<ReplicaSet> sets) {
        return sets.stream().mapToInt(Rollout::available).sum();
    }

    /// Whether the status tells of the present spec, and not of an earlier one.
    static boolean isStatusCurrent(ReplicaSet set) {
        return set.status().observedGeneration() >= set.metadata().generation();
    }

    int wanted() {
        return deployment.spec().findReplicas().orElse(1);
    }

    boolean isRolling() {
        return !deployment.spec().strategy().type().equals("Recreate");
    }

    /// How many Pods there may be above those wanted. A percentage is rounded up.
    int surge() {
        return isRolling() ? surgeOf(wanted()) : 0;
    }

    /// How many of the wanted Pods need not be available. A percentage is rounded down, but
    /// where neither surge nor unavailability would be allowed, one Pod may be missing: else
    /// nothing could ever move.
    int mayBeUnavailable() {
        if (!isRolling() || wanted() == 0) return 0;
        int allowed = count(deployment.spec().strategy().rollingUpdate().maxUnavailable(), wanted(), false);
        if (allowed == 0 && surgeOf(wanted()) == 0) allowed = 1;
        return Math.min(allowed, wanted());
    }

    private int surgeOf(int wanted) {
        return count(deployment.spec().strategy().rollingUpdate().maxSurge(), wanted, true);
    }

    /// The size that the newest may have now.
    int sizeOfNewest(int current) {
        if (!isRolling()) return wanted();
        int room = wanted() + surge() - size(all());
        return room <= 0 ? current : current + Math.max(0, Math.min(room, wanted() - current));
    }

    /// Whether the newest alone does all the work.
    boolean isSaturated() {
        return newest.filter(set ->
                        Annotations.desired(set) == wanted() && size(set) == wanted() && available(set) == wanted())
                .isPresent();
    }

    static int count(Tree intOrPercent, int whole, boolean up) {
        return switch (intOrPercent) {
            case Tree.Whole(long number) -> (int) number;
            case Tree.Text(String text)
            when text.endsWith("%") -> {
                long share = Long.parseLong(text.substring(0, text.length() - 1)) * whole;
                yield (int) (up ? Math.ceilDiv(share, 100) : share / 100);
            }
            default -> 0;
        };
    }
}
