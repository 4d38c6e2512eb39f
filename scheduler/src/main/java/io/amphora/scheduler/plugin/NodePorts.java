package io.amphora.scheduler.plugin;

import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.PodInfo;
import io.amphora.scheduler.Verdict;
import java.util.Optional;

/// Keeps two Pods from having one port of a node.
final class NodePorts implements Filter {
    @Override
    public Optional<Test> prepare(PodInfo pod, Cluster cluster) {
        if (pod.hostPorts().isEmpty()) return Optional.empty();
        return Optional.of(node -> {
            boolean clash = node.pods().stream()
                    .flatMap(other -> other.hostPorts().stream())
                    .anyMatch(taken -> pod.hostPorts().stream().anyMatch(taken::clashesWith));
            return clash
                    ? Verdict.occupied("node(s) didn't have free ports for the requested pod ports")
                    : Verdict.FITS;
        });
    }
}
