package io.amphora.controllers.deployment;

import static io.amphora.controllers.deployment.Rollout.active;
import static io.amphora.controllers.deployment.Rollout.available;
import static io.amphora.controllers.deployment.Rollout.size;

import io.amphora.api.apps.v1.ReplicaSet;
import io.amphora.api.apps.v1.ReplicaSets;
import io.amphora.controllers.Action;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Decides the sizes of a Deployment's ReplicaSets. Each function gives the plan that makes
/// them so, [Plan#NOTHING] when they are.
final class Scaling {
    private Scaling() {}

    /// The newest up, or down when it is too large.
    static Plan newest(Rollout rollout) {
        ReplicaSet newest = rollout.newest().orElseThrow();
        if (size(newest) == rollout.wanted()) return Plan.NOTHING;
        if (size(newest) > rollout.wanted()) return resize(rollout, newest, rollout.wanted());
        return resize(rollout, newest, rollout.sizeOfNewest(size(newest)));
    }

    /// The old ones down, as far as it is certain that enough Pods stay available: first
    /// those Pods that are not available anyway.
    static Plan old(Rollout rollout) {
        if (size(rollout.old()) == 0) return Plan.NOTHING;
        ReplicaSet newest = rollout.newest().orElseThrow();
        int needed = rollout.wanted() - rollout.mayBeUnavailable();
        int unavailable = size(newest) - available(newest);
        int mayGo = size(rollout.all()) - needed - unavailable;
        if (mayGo <= 0) return Plan.NOTHING;
        var sizes = new LinkedHashMap<ReplicaSet, Integer>();
        int gone = 0;
        for (ReplicaSet set : rollout.old()) {
            sizes.put(set, size(set));
            int useless = Math.max(0, size(set) - set.status().availableReplicas());
            int down = Math.min(mayGo - gone, useless);
            sizes.merge(set, -down, Integer::sum);
            gone += down;
        }
        int spare = available(rollout.all()) - needed;
        for (ReplicaSet set : rollout.old()) {
            if (spare <= 0) break;
            int down = Math.min(spare, sizes.getOrDefault(set, 0));
            sizes.merge(set, -down, Integer::sum);
            spare -= down;
        }
        return resize(rollout, sizes);
    }

    static Plan oldToNothing(Rollout rollout) {
        var sizes = new LinkedHashMap<ReplicaSet, Integer>();
        for (ReplicaSet set : active(rollout.old())) sizes.put(set, 0);
        return resize(rollout, sizes);
    }

    /// All of them, when the Deployment itself is scaled. In the middle of a rollout each
    /// gets its share.
    static Plan all(Rollout rollout) {
        List<ReplicaSet> active = active(rollout.all());
        if (active.size() <= 1) {
            ReplicaSet only = active.isEmpty() ? latest(rollout) : active.getFirst();
            return only == null ? Plan.NOTHING : resize(rollout, only, rollout.wanted());
        }
        if (rollout.isSaturated()) return oldToNothing(rollout);
        return rollout.isRolling() ? proportionally(rollout, active) : Plan.NOTHING;
    }

    private static @org.jspecify.annotations.Nullable ReplicaSet latest(Rollout rollout) {
        if (rollout.newest().isPresent()) return rollout.newest().get();
        return rollout.old().isEmpty() ? null : rollout.old().getLast();
    }

    private static Plan proportionally(Rollout rollout, List<ReplicaSet> active) {
        int allowed = rollout.wanted() > 0 ? rollout.wanted() + rollout.surge() : 0;
        int toAdd = allowed - size(active);
        var ordered = new ArrayList<>(active);
        Comparator<ReplicaSet> byAge = Comparator.comparing(
                set -> set.metadata().findCreationTimestamp().orElse(Instant.MAX));
        ordered.sort(Comparator.<ReplicaSet>comparingInt(set -> size(set))
                .reversed()
                .thenComparing(toAdd > 0 ? byAge.reversed() : byAge));
        var sizes = new LinkedHashMap<ReplicaSet, Integer>();
        int added = 0;
        for (ReplicaSet set : ordered) {
            int share = toAdd == added ? 0 : share(rollout, set);
            share = toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
            sizes.put(set, size(set) + share);
            added += share;
        }
        int left = toAdd - added;
        sizes.computeIfPresent(ordered.getFirst(), (set, size) -> Math.max(0, size + left));
        return resize(rollout, sizes);
    }

    /// By how much a ReplicaSet changes when it keeps its part of the whole.
    private static int share(Rollout rollout, ReplicaSet set) {
        if (rollout.wanted() == 0) return -size(set);
        long before = Annotations.max(set);
        if (before <= 0) before = rollout.deployment().status().replicas();
        if (before <= 0) return 0;
        double part = (double) size(set) * (rollout.wanted() + rollout.surge()) / before;
        return (int) Math.floor(part + 0.5) - size(set);
    }

    private static Plan resize(Rollout rollout, ReplicaSet set, int size) {
        return resize(rollout, Map.of(set, size));
    }

    private static Plan resize(Rollout rollout, Map<ReplicaSet, Integer> sizes) {
        var updates = new ArrayList<Action>();
        var events = new LinkedHashMap<Action, Action>();
        sizes.forEach((set, size) -> {
            ReplicaSet changed = Annotations.withSizes(set, rollout.wanted(), rollout.wanted() + rollout.surge());
            changed = changed.withSpec(changed.spec().withReplicas(size));
            if (changed.equals(set) || size == size(set) && size == 0) return;
            Action update = Action.update(ReplicaSets.DEFINITION, changed);
            updates.add(update);
            if (size != size(set)) events.put(update, event(rollout, set, size));
        });
        if (updates.isEmpty()) return Plan.NOTHING;
        return Plan.of(updates)
                .then(outcomes -> Plan.of(outcomes.stream()
                        .filter(Outcome::succeeded)
                        .map(outcome -> events.get(outcome.action()))
                        .filter(java.util.Objects::nonNull)
                        .toList()));
    }

    private static Action event(Rollout rollout, ReplicaSet set, int size) {
        String way = size > size(set) ? "up" : "down";
        String message = "Scaled " + way + " replica set " + set.name() + " from " + size(set) + " to " + size;
        return Action.normal(rollout.deployment(), "ScalingReplicaSet", message);
    }
}
