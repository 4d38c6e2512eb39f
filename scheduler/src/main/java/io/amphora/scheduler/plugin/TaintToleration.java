package io.amphora.scheduler.plugin;

import io.amphora.api.core.v1.Taint;
import io.amphora.api.core.v1.Toleration;
import io.amphora.api.placement.Tolerations;
import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import io.amphora.scheduler.Verdict;
import java.util.List;
import java.util.Optional;

/// Keeps Pods off nodes whose taints they don't tolerate, and prefers nodes with few taints that only ask to be
/// avoided.
final class TaintToleration implements Filter, Score {
    @Override
    public Optional<Test> prepare(PodInfo pod, Cluster cluster) {
        List<Toleration> tolerations = pod.pod().spec().tolerations();
        return Optional.of(node -> {
            for (Taint taint : node.node().spec().taints()) {
                if (taint.effect().equals("PreferNoSchedule")) continue;
                if (!Tolerations.tolerate(tolerations, taint))
                    return Verdict.unsuitable(
                            "node(s) had untolerated taint {" + taint.key() + ": " + taint.value() + "}");
            }
            return Verdict.FITS;
        });
    }

    @Override
    public Optional<double[]> of(PodInfo pod, List<NodeInfo> nodes, Cluster cluster) {
        List<Toleration> tolerations = pod.pod().spec().tolerations();
        return Optional.of(nodes.stream()
                .mapToDouble(node -> node.node().spec().taints().stream()
                        .filter(taint -> taint.effect().equals("PreferNoSchedule"))
                        .filter(taint -> !Tolerations.tolerate(tolerations, taint))
                        .count())
                .toArray());
    }

    @Override
    public Scale scale() {
        return Scale.FEWEST_FIRST;
    }

    @Override
    public double weight() {
        return 3;
    }
}
