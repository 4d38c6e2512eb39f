package io.amphora.controllers.replicaset;

import io.amphora.api.apps.v1.ReplicaSet;
import io.amphora.api.apps.v1.ReplicaSets;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.Index;
import io.amphora.client.Target;
import io.amphora.controllers.Claims;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Owners;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.select.LabelSelector;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// Keeps `spec.replicas` Pods alive for each ReplicaSet.
public final class ReplicaSetController implements Controller<ReplicaSet> {
    @Override
    public String name() {
        return "replicaset-controller";
    }

    @Override
    public Watches<ReplicaSet> watches() {
        return Watches.of(ReplicaSets.DEFINITION)
                .indexedBy(Index.byOwner())
                .ownsOrAdopts(Pods.DEFINITION, ReplicaSetController::claims)
                .reads(Pods.DEFINITION, Claims.orphans());
    }

    @Override
    public Plan plan(ReplicaSet set, Seen seen, Instant now) {
        Claims<Pod> claims = Claims.of(set, selector(set), Pods.DEFINITION, seen);
        if (!claims.areSettled()) return claims.settle(set, Target.of(ReplicaSets.DEFINITION));
        var replicas = new Replicas<>(
                ReplicaSets.DEFINITION,
                set,
                set.spec().findReplicas().orElse(1),
                set.spec().minReadySeconds(),
                set.spec().template(),
                true);
        return replicas.plan(claims.owned(), podsOfTheSameOwner(set, seen), now);
    }

    private static boolean claims(ReplicaSet set, Pod pod) {
        return selector(set).matches(pod.tree().object("metadata").object("labels"));
    }

    private static LabelSelector selector(ReplicaSet set) {
        return LabelSelector.of(set.spec().tree().get("selector"));
    }

    /// The Pods of all ReplicaSets of our Deployment: where those stand, one of ours is
    /// missed less.
    private static List<Pod> podsOfTheSameOwner(ReplicaSet set, Seen seen) {
        Stream<ReplicaSet> sets = Owners.findController(set)
                .map(owner -> seen.of(ReplicaSets.DEFINITION).by("owner", owner.text("uid")).stream())
                .orElse(Stream.of(set));
        return sets.flatMap(each -> seen.ownedBy(each, Pods.DEFINITION).stream())
                .toList();
    }
}
