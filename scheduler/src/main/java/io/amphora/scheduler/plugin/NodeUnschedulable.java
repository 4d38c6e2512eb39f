package io.amphora.scheduler.plugin;

import io.amphora.api.placement.Tolerations;
import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.PodInfo;
import io.amphora.scheduler.Verdict;
import java.util.Optional;

/// Keeps Pods off cordoned nodes, unless they tolerate the taint that a cordoned node has.
final class NodeUnschedulable implements Filter {
    @Override
    public Optional<Test> prepare(PodInfo pod, Cluster cluster) {
        boolean tolerated = Tolerations.tolerate(
                pod.pod().spec().tolerations(), "node.kubernetes.io/unschedulable", "", "NoSchedule");
        if (tolerated) return Optional.empty();
        return Optional.of(node ->
                node.node().spec().unschedulable() ? Verdict.unsuitable("node(s) were unschedulable") : Verdict.FITS);
    }
}
