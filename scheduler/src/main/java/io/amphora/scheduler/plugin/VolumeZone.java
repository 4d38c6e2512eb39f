package io.amphora.scheduler.plugin;

import io.amphora.api.core.v1.PersistentVolume;
import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import io.amphora.scheduler.Verdict;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Sends Pods to the zone and region that their volumes are labelled with; `a__b` on a volume means either.
final class VolumeZone implements Filter {
    private static final List<String> LABELS = List.of(
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region");

    @Override
    public Optional<Test> prepare(PodInfo pod, Cluster cluster) {
        List<PersistentVolume> zoned = Claims.of(pod.pod(), cluster).stream()
                .map(claim -> cluster.volumes().get(claim.spec().volumeName()))
                .filter(Objects::nonNull)
                .filter(volume -> LABELS.stream().anyMatch(volume.metadata().labels()::containsKey))
                .toList();
        if (zoned.isEmpty()) return Optional.empty();
        return Optional.of(node -> zoned.stream().allMatch(volume -> sharesZone(volume, node))
                ? Verdict.FITS
                : Verdict.unsuitable("node(s) had no available volume zone"));
    }

    private static boolean sharesZone(PersistentVolume volume, NodeInfo node) {
        return LABELS.stream().allMatch(label -> {
            String zones = volume.metadata().labels().get(label);
            return zones == null
                    || Set.of(zones.split("__", -1)).contains(node.labels().getOrDefault(label, ""));
        });
    }
}
