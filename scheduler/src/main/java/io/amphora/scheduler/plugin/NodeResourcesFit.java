package io.amphora.scheduler.plugin;

import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import io.amphora.scheduler.Verdict;
import java.util.ArrayList;
import java.util.Optional;

/// Keeps the sum of what Pods ask for within what a node can give.
final class NodeResourcesFit implements Filter {
    @Override
    public Optional<Test> prepare(PodInfo pod, Cluster cluster) {
        return Optional.of(node -> fit(pod, node));
    }

    private static Verdict fit(PodInfo pod, NodeInfo node) {
        var reasons = new ArrayList<String>();
        boolean resolvable = true;
        if (node.pods().size() + 1 > node.allocatable().get("pods")) reasons.add("Too many pods");
        for (var asked : pod.requests().amounts().entrySet()) {
            String name = asked.getKey();
            long room = node.allocatable().get(name) - node.requested().get(name);
            if (asked.getValue() == 0 || asked.getValue() <= room) continue;
            reasons.add("Insufficient " + name);
            resolvable &= asked.getValue() <= node.allocatable().get(name);
        }
        return reasons.isEmpty() ? Verdict.FITS : new Verdict.Unfit(reasons, resolvable);
    }
}
