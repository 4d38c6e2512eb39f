package io.amphora.scheduler.plugin;

import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import java.util.List;
import java.util.Optional;

/// Prefers nodes whose cpu and memory would be used up in equal parts, so that neither is left over.
final class BalancedAllocation implements Score {
    @Override
    public Optional<double[]> of(PodInfo pod, List<NodeInfo> nodes, Cluster cluster) {
        if (pod.requests().amounts().isEmpty()) return Optional.empty();
        return Optional.of(nodes.stream()
                .mapToDouble(node ->
                        Math.floor((1 - Math.abs(part(pod, node, "cpu") - part(pod, node, "memory")) / 2) * MOST))
                .toArray());
    }

    private static double part(PodInfo pod, NodeInfo node, String resource) {
        double capacity = node.allocatable().get(resource);
        if (capacity <= 0) return 1;
        return Math.min(1, (node.requested().get(resource) + pod.requests().get(resource)) / capacity);
    }

    @Override
    public Scale scale() {
        return Scale.AS_IS;
    }

    @Override
    public double weight() {
        return 1;
    }
}
