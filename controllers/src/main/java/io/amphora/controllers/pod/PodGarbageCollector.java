package io.amphora.controllers.pod;

import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.DeleteOptions;
import io.amphora.client.Index;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Removes Pods that nobody will: those of nodes that are gone, those that are to be deleted and never got a
/// node,
/// and those of nodes that are out of service.
public final class PodGarbageCollector implements Controller<Pod> {
    /// A node may be made anew.
    private static final Duration QUARANTINE = Duration.ofSeconds(40);

    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";
    private static final String REASON = "DeletionByPodGC";

    @Override
    public String name() {
        return "pod-garbage-collector-controller";
    }

    @Override
    public Watches<Pod> watches() {
        return Watches.of(Pods.DEFINITION)
                .indexedBy(Index.byField("spec", "nodeName"))
                .onlyOn(
                        Nodes.DEFINITION,
                        (before, now) -> !before.spec().equals(now.spec()),
                        (node, seen) -> seen.of(Pods.DEFINITION).by("spec.nodeName", node.name()).stream()
                                .map(pod -> Key.of(Target.of(Pods.DEFINITION), pod))
                                .toList());
    }

    @Override
    public Plan plan(Pod pod, Seen seen, Instant now) {
        String node = pod.spec().nodeName();
        boolean terminating = PodFacts.isTerminating(pod);
        if (node.isEmpty()) return terminating ? Plan.of(delete(pod)) : Plan.NOTHING;
        var known = seen.find(Nodes.DEFINITION, "", node);
        if (known.isEmpty()) return orphaned(pod, seen, now);
        boolean outOfService = known.get().spec().taints().stream()
                .anyMatch(taint -> taint.key().equals(OUT_OF_SERVICE));
        boolean ready = known.get().status().conditions().stream()
                .anyMatch(condition ->
                        condition.type().equals("Ready") && condition.status().equals("True"));
        if (!terminating || !outOfService || ready) return Plan.NOTHING;
        return remove(pod, "PodGC: node is out of service", now);
    }

    private static Plan orphaned(Pod pod, Seen seen, Instant now) {
        if (isMarked(pod) && PodFacts.isTerminating(pod)) return Plan.NOTHING;
        Instant due = seen.findAwaited().orElse(now.plus(QUARANTINE));
        if (due.isAfter(now)) return Plan.lookAgainAt(due);
        return Plan.of(new Action.Read(
                        Target.of(Nodes.DEFINITION), "", pod.spec().nodeName(), ""))
                .then(outcomes -> outcomes.getFirst().isNotFound()
                        ? remove(pod, "PodGC: node no longer exists", now)
                        : Plan.NOTHING);
    }

    private static boolean isMarked(Pod pod) {
        return PodFacts.findCondition(pod, "DisruptionTarget")
                .filter(condition -> condition.reason().equals(REASON))
                .isPresent();
    }

    private static Plan remove(Pod pod, String message, Instant now) {
        List<Action> actions = isMarked(pod)
                ? List.of(delete(pod))
                : List.of(Disruption.markFailed(pod, REASON, message, now), delete(pod));
        return Plan.of(actions);
    }

    private static Action delete(Pod pod) {
        return Action.delete(Pods.DEFINITION, pod, DeleteOptions.PLAIN.withGraceSeconds(0));
    }
}
