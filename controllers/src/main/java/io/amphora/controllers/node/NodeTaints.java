package io.amphora.controllers.node;

import io.amphora.api.Views;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.NodeCondition;
import io.amphora.api.core.v1.Taint;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The taints that a node's conditions stand for (KEP-382). Pure functions.
final class NodeTaints {
    static final String NOT_READY = "node.kubernetes.io/not-ready";
    static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

    private static final Map<String, String> PRESSURES = Map.of(
            "MemoryPressure", "node.kubernetes.io/memory-pressure",
            "DiskPressure", "node.kubernetes.io/disk-pressure",
            "PIDPressure", "node.kubernetes.io/pid-pressure",
            "NetworkUnavailable", "node.kubernetes.io/network-unavailable");

    private NodeTaints() {}

    /// The node's taints as they should be: others' stay, ours come and go with the conditions.
    ///
    /// @param evicts whether Pods are to leave a node that is not ready
    static List<Taint> of(Node node, boolean evicts, Instant now) {
        var wanted = wanted(node, evicts);
        var taints = new ArrayList<Taint>();
        for (Taint taint : node.spec().taints()) {
            Wanted mark = new Wanted(taint.key(), taint.effect());
            if (!isOurs(mark) || wanted.remove(mark)) taints.add(taint);
        }
        for (Wanted mark : wanted)
            taints.add(
                    new Taint(ObjectTree.of("key", mark.key(), "effect", mark.effect(), "timeAdded", Views.tree(now))));
        return taints;
    }

    private record Wanted(String key, String effect) {}

    private static Set<Wanted> wanted(Node node, boolean evicts) {
        var wanted = new LinkedHashSet<Wanted>();
        findReady(node).ifPresent(ready -> {
            String key =
                    ready.status().equals("False") ? NOT_READY : ready.status().equals("Unknown") ? UNREACHABLE : "";
            if (key.isEmpty()) return;
            wanted.add(new Wanted(key, "NoSchedule"));
            if (evicts) wanted.add(new Wanted(key, "NoExecute"));
        });
        for (NodeCondition condition : node.status().conditions()) {
            String key = PRESSURES.get(condition.type());
            if (key != null && condition.status().equals("True")) wanted.add(new Wanted(key, "NoSchedule"));
        }
        if (node.spec().unschedulable()) wanted.add(new Wanted(UNSCHEDULABLE, "NoSchedule"));
        return wanted;
    }

    private static boolean isOurs(Wanted mark) {
        boolean ready = mark.key().equals(NOT_READY) || mark.key().equals(UNREACHABLE);
        if (mark.effect().equals("NoExecute")) return ready;
        return mark.effect().equals("NoSchedule")
                && (ready || PRESSURES.containsValue(mark.key()) || mark.key().equals(UNSCHEDULABLE));
    }

    static Optional<NodeCondition> findReady(Node node) {
        return node.status().conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .findFirst();
    }
}
