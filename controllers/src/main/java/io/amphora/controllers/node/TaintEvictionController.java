package io.amphora.controllers.node;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodCondition;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Taint;
import io.amphora.api.core.v1.Toleration;
import io.amphora.client.Index;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.controllers.pod.Disruption;
import io.amphora.controllers.pod.PodFacts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Deletes Pods from nodes with a NoExecute taint that they do not tolerate, or tolerate only
/// for a while.
public final class TaintEvictionController implements Controller<Pod> {
    @Override
    public String name() {
        return "taint-eviction-controller";
    }

    @Override
    public Watches<Pod> watches() {
        return Watches.of(Pods.DEFINITION)
                .indexedBy(Index.byField("spec", "nodeName"))
                .onlyOn(
                        Nodes.DEFINITION,
                        (before, now) -> !taints(before).equals(taints(now)),
                        (node, seen) -> seen.of(Pods.DEFINITION).by("spec.nodeName", node.name()).stream()
                                .map(pod -> Key.of(Target.of(Pods.DEFINITION), pod))
                                .toList());
    }

    @Override
    public Plan plan(Pod pod, Seen seen, Instant now) {
        if (pod.spec().nodeName().isEmpty() || PodFacts.isTerminating(pod)) return Plan.NOTHING;
        List<Taint> taints = seen.find(Nodes.DEFINITION, "", pod.spec().nodeName())
                .map(TaintEvictionController::taints)
                .orElse(List.of());
        Map<String, Instant> met = met(pod, taints, seen, now);
        Optional<Instant> deadline = deadline(pod, taints, met, now);
        if (deadline.isEmpty())
            return (seen.findAwaited().isEmpty() ? Plan.NOTHING : Plan.of(cancelled(pod))).withNotes(met);
        return deadline.get().isAfter(now) ? Plan.lookAgainAt(deadline.get()).withNotes(met) : evict(pod, now);
    }

    private static List<Taint> taints(Node node) {
        return node.spec().taints().stream()
                .filter(taint -> taint.effect().equals("NoExecute"))
                .toList();
    }

    /// When the Pod met each of the taints. After a restart, a taint that tells when it was
    /// added to the Pod's node is believed.
    private static Map<String, Instant> met(Pod pod, List<Taint> taints, Seen seen, Instant now) {
        Instant bound = PodFacts.findCondition(pod, "PodScheduled")
                .flatMap(PodCondition::findLastTransitionTime)
                .or(() -> pod.metadata().findCreationTimestamp())
                .orElse(now);
        var met = new LinkedHashMap<String, Instant>();
        for (Taint taint : taints)
            met.put(
                    name(taint),
                    seen.findNoted(name(taint))
                            .or(() -> taint.findTimeAdded()
                                    .filter(added -> !added.isBefore(bound) && !added.isAfter(now)))
                            .orElse(now));
        return met;
    }

    private static String name(Taint taint) {
        return taint.key() + "=" + taint.value();
    }

    /// When the Pod has to go; empty for never. Of several tolerations of one taint the first
    /// counts.
    private static Optional<Instant> deadline(Pod pod, List<Taint> taints, Map<String, Instant> met, Instant now) {
        Optional<Instant> first = Optional.empty();
        for (Taint taint : taints) {
            Optional<Toleration> toleration = pod.spec().tolerations().stream()
                    .filter(each -> tolerates(each, taint))
                    .findFirst();
            if (toleration.isEmpty()) return Optional.of(now);
            if (toleration.get().findTolerationSeconds().isEmpty()) continue;
            long seconds = Math.max(0, toleration.get().tolerationSeconds());
            Instant end = met.getOrDefault(name(taint), now).plusSeconds(seconds);
            if (first.isEmpty() || end.isBefore(first.get())) first = Optional.of(end);
        }
        return first;
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        boolean effect = toleration.effect().isEmpty() || toleration.effect().equals(taint.effect());
        boolean key = toleration.key().isEmpty() || toleration.key().equals(taint.key());
        if (!effect || !key) return false;
        return toleration.operator().equals("Exists") || toleration.value().equals(taint.value());
    }

    private Plan evict(Pod pod, Instant now) {
        return Plan.of(
                Action.normal(
                        pod, "TaintManagerEviction", "Marking for deletion Pod " + pod.namespace() + "/" + pod.name()),
                Disruption.mark(pod, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint", now),
                Action.delete(Pods.DEFINITION, pod));
    }

    private static Action cancelled(Pod pod) {
        return Action.normal(
                pod, "TaintManagerEviction", "Cancelling deletion of Pod " + pod.namespace() + "/" + pod.name());
    }
}
