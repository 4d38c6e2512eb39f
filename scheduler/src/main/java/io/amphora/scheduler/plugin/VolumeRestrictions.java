package io.amphora.scheduler.plugin;

import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.PodInfo;
import io.amphora.scheduler.Verdict;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Lets only one Pod of the cluster use a claim that is ReadWriteOncePod (KEP-2485).
final class VolumeRestrictions implements Filter {
    private static final String REASON =
            "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode";

    @Override
    public Optional<Test> prepare(PodInfo pod, Cluster cluster) {
        Set<String> exclusive = Claims.of(pod.pod(), cluster).stream()
                .filter(claim -> claim.spec().accessModes().contains("ReadWriteOncePod"))
                .map(claim -> claim.name())
                .collect(Collectors.toSet());
        if (exclusive.isEmpty()) return Optional.empty();
        return Optional.of(node -> node.pods().stream()
                        .filter(other ->
                                other.pod().namespace().equals(pod.pod().namespace()))
                        .anyMatch(other -> Claims.namesOf(other.pod()).stream().anyMatch(exclusive::contains))
                ? Verdict.occupied(REASON)
                : Verdict.FITS);
    }
}
