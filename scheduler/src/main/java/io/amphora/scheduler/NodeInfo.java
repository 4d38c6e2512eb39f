package io.amphora.scheduler;

import io.amphora.api.core.v1.Node;
import io.amphora.api.placement.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// A node and the Pods on it, with their sums. Immutable.
public record NodeInfo(
        Node node, List<PodInfo> pods, Resources allocatable, Resources requested, Resources scoredRequests) {

    public static NodeInfo of(Node node, List<PodInfo> pods) {
        Resources requested = Resources.NONE;
        Resources scored = Resources.NONE;
        for (PodInfo pod : pods) {
            requested = requested.plus(pod.requests());
            scored = scored.plus(pod.scoredRequests());
        }
        return new NodeInfo(node, List.copyOf(pods), Resources.of(node.status().allocatable()), requested, scored);
    }

    public String name() {
        return node.name();
    }

    public Map<String, String> labels() {
        return node.metadata().labels();
    }

    public NodeInfo with(PodInfo pod) {
        var more = new ArrayList<PodInfo>(pods.size() + 1);
        more.addAll(pods);
        more.add(pod);
        return new NodeInfo(
                node,
                List.copyOf(more),
                allocatable,
                requested.plus(pod.requests()),
                scoredRequests.plus(pod.scoredRequests()));
    }

    public NodeInfo without(Predicate<PodInfo> gone) {
        return of(node, pods.stream().filter(gone.negate()).toList());
    }
}
