package io.amphora.scheduler.plugin;

import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.Pod;
import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import io.amphora.scheduler.Verdict;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Keeps the number of volumes on a node within what each CSI driver there can attach (CSINode's allocatable
/// count).
final class NodeVolumeLimits implements Filter {
    @Override
    public Optional<Test> prepare(PodInfo pod, Cluster cluster) {
        Map<String, Set<String>> wanted = handlesByDriver(pod.pod(), cluster);
        if (wanted.isEmpty()) return Optional.empty();
        return Optional.of(node -> withinLimits(wanted, node, cluster)
                ? Verdict.FITS
                : Verdict.occupied("node(s) exceed max volume count"));
    }

    private static boolean withinLimits(Map<String, Set<String>> wanted, NodeInfo node, Cluster cluster) {
        var limits = cluster.attachLimits().get(node.name());
        if (limits == null) return true;
        var attached = new HashMap<>(wanted);
        for (PodInfo other : node.pods())
            handlesByDriver(other.pod(), cluster)
                    .forEach((driver, handles) -> attached.merge(driver, handles, NodeVolumeLimits::union));
        return limits.spec().drivers().stream()
                .filter(driver -> wanted.containsKey(driver.name()))
                .filter(driver -> driver.allocatable().findCount().isPresent())
                .allMatch(
                        driver -> attached.getOrDefault(driver.name(), Set.of()).size()
                                <= driver.allocatable().count());
    }

    private static Map<String, Set<String>> handlesByDriver(Pod pod, Cluster cluster) {
        var handles = new HashMap<String, Set<String>>();
        for (PersistentVolumeClaim claim : Claims.of(pod, cluster)) {
            var volume = cluster.volumes().get(claim.spec().volumeName());
            if (volume != null && volume.spec().findCsi().isPresent())
                handles.merge(
                        volume.spec().csi().driver(),
                        Set.of(volume.spec().csi().volumeHandle()),
                        NodeVolumeLimits::union);
        }
        return handles;
    }

    private static Set<String> union(Set<String> left, Set<String> right) {
        var union = new HashSet<>(left);
        union.addAll(right);
        return union;
    }
}
