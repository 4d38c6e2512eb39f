package io.amphora.scheduler.plugin;

import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import java.util.List;
import java.util.Optional;

/// Prefers nodes with the most room left, the mean of cpu and memory.
final class LeastAllocated implements Score {
    @Override
    public Optional<double[]> of(PodInfo pod, List<NodeInfo> nodes, Cluster cluster) {
        return Optional.of(nodes.stream()
                .mapToDouble(node -> Math.floor((room(pod, node, "cpu") + room(pod, node, "memory")) / 2))
                .toArray());
    }

    private static double room(PodInfo pod, NodeInfo node, String resource) {
        double capacity = node.allocatable().get(resource);
        double used = node.scoredRequests().get(resource) + pod.scoredRequests().get(resource);
        return capacity <= 0 || used > capacity ? 0 : Math.floor((capacity - used) * MOST / capacity);
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
