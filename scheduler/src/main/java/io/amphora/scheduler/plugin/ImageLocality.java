package io.amphora.scheduler.plugin;

import io.amphora.api.core.v1.Container;
import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Prefers nodes that have large images of the Pod already, less so the fewer nodes have them (else one node
/// draws
/// all).
final class ImageLocality implements Score {
    private static final double LEAST_BYTES = 23L << 20;
    private static final double MOST_BYTES_PER_CONTAINER = 1000L << 20;

    @Override
    public Optional<double[]> of(PodInfo pod, List<NodeInfo> nodes, Cluster cluster) {
        List<Container> containers = pod.pod().spec().containers();
        Map<String, Integer> holders = new HashMap<>();
        for (NodeInfo node : nodes)
            for (var image : node.node().status().images())
                for (String name : image.names()) holders.merge(name, 1, Integer::sum);
        if (holders.isEmpty()) return Optional.empty();
        double most = MOST_BYTES_PER_CONTAINER * containers.size();
        return Optional.of(nodes.stream()
                .mapToDouble(node -> {
                    double bytes = 0;
                    for (Container container : containers)
                        bytes += spreadBytes(container.image(), node, holders, nodes.size());
                    double counted = Math.clamp(bytes, LEAST_BYTES, most);
                    return Math.floor(MOST * (counted - LEAST_BYTES) / (most - LEAST_BYTES));
                })
                .toArray());
    }

    private static double spreadBytes(String image, NodeInfo node, Map<String, Integer> holders, int nodes) {
        for (var held : node.node().status().images())
            for (String name : held.names())
                if (name.equals(image)
                        || name.equals("docker.io/library/" + image)
                        || name.equals("docker.io/" + image))
                    return (double) held.sizeBytes() * holders.getOrDefault(name, 0) / nodes;
        return 0;
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
