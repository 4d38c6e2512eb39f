package io.amphora.scheduler.plugin;

import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import io.amphora.scheduler.Verdict;
import java.util.List;
import java.util.Optional;

/// Sends Pods where their volumes are, or could be: bound claims to nodes that reach the volume, claims that wait
/// for a
/// consumer to nodes that a free volume or a provisioner can serve.
final class VolumeBinding implements Filter {
    @Override
    public Optional<Test> prepare(PodInfo pod, Cluster cluster) {
        List<String> names = Claims.namesOf(pod.pod());
        if (names.isEmpty()) return Optional.empty();
        for (String name : names) {
            PersistentVolumeClaim claim = cluster.findClaim(pod.pod().namespace(), name)
                    .orElseThrow(() -> new NowhereException("persistentvolumeclaim \"" + name + "\" not found"));
            if (claim.metadata().tree().has("deletionTimestamp"))
                throw new NowhereException("persistentvolumeclaim \"" + name + "\" is being deleted");
            if (!Claims.isBound(claim) && !Claims.waitsForConsumer(claim, cluster))
                throw new NowhereException("pod has unbound immediate PersistentVolumeClaims");
        }
        List<PersistentVolumeClaim> claims = Claims.of(pod.pod(), cluster);
        return Optional.of(node -> serve(claims, node, cluster));
    }

    private static Verdict serve(List<PersistentVolumeClaim> claims, NodeInfo node, Cluster cluster) {
        for (PersistentVolumeClaim claim : claims) {
            if (Claims.isBound(claim)) {
                var volume = cluster.volumes().get(claim.spec().volumeName());
                if (volume == null)
                    return Verdict.unsuitable(
                            "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)");
                if (!Claims.reaches(node, volume))
                    return Verdict.unsuitable("node(s) didn't match PersistentVolume's node affinity");
            } else if (Claims.findVolume(claim, node, cluster).isEmpty() && !Claims.isProvisioned(claim, cluster)) {
                return Verdict.unsuitable("node(s) didn't find available persistent volumes to bind");
            }
        }
        return Verdict.FITS;
    }
}
