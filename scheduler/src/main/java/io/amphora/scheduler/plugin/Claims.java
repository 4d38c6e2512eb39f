package io.amphora.scheduler.plugin;

import io.amphora.api.core.v1.NodeSelectorTerm;
import io.amphora.api.core.v1.PersistentVolume;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Volume;
import io.amphora.api.placement.NodeSelectors;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The claims of a Pod, and which volumes could serve them.
public final class Claims {
    private Claims() {}

    /// The names of the claims that a Pod mounts; a claim made for the Pod (ephemeral) is named after Pod and
    /// volume.
    static List<String> namesOf(Pod pod) {
        var names = new ArrayList<String>();
        for (Volume volume : pod.spec().volumes()) {
            volume.findPersistentVolumeClaim().ifPresent(claim -> names.add(claim.claimName()));
            volume.findEphemeral().ifPresent(ephemeral -> names.add(pod.name() + "-" + volume.name()));
        }
        return names;
    }

    /// The claims of a Pod that are there.
    public static List<PersistentVolumeClaim> of(Pod pod, Cluster cluster) {
        return namesOf(pod).stream()
                .flatMap(name -> cluster.findClaim(pod.namespace(), name).stream())
                .toList();
    }

    public static boolean isBound(PersistentVolumeClaim claim) {
        return !claim.spec().volumeName().isEmpty();
    }

    /// Whether a claim is bound only once a Pod that uses it has a node.
    static boolean waitsForConsumer(PersistentVolumeClaim claim, Cluster cluster) {
        var storageClass = cluster.classes().get(claim.spec().storageClassName());
        return storageClass != null && storageClass.volumeBindingMode().equals("WaitForFirstConsumer");
    }

    /// Whether somebody makes volumes for the claim's class.
    public static boolean isProvisioned(PersistentVolumeClaim claim, Cluster cluster) {
        var storageClass = cluster.classes().get(claim.spec().storageClassName());
        return storageClass != null && !storageClass.provisioner().equals("kubernetes.io/no-provisioner");
    }

    /// The smallest free volume that a node can reach and that gives the claim what it asks for.
    public static Optional<PersistentVolume> findVolume(PersistentVolumeClaim claim, NodeInfo node, Cluster cluster) {
        Quantity asked = Quantity.parse(claim.spec().resources().requests().getOrDefault("storage", "0"));
        return cluster.volumes().values().stream()
                .filter(volume ->
                        volume.spec().storageClassName().equals(claim.spec().storageClassName()))
                .filter(volume -> isFreeFor(claim, volume))
                .filter(volume ->
                        volume.spec().accessModes().containsAll(claim.spec().accessModes()))
                .filter(volume -> modeOf(volume.spec().volumeMode())
                        .equals(modeOf(claim.spec().volumeMode())))
                .filter(volume -> sizeOf(volume).compareTo(asked) >= 0)
                .filter(volume -> claim.spec().findSelector().isEmpty()
                        || Selectors.matches(
                                claim.spec().selector(), volume.metadata().labels()))
                .filter(volume -> reaches(node, volume))
                .min(Comparator.comparing(Claims::sizeOf).thenComparing(PersistentVolume::name));
    }

    static boolean reaches(NodeInfo node, PersistentVolume volume) {
        List<NodeSelectorTerm> terms = volume.spec().nodeAffinity().required().nodeSelectorTerms();
        return terms.isEmpty() || NodeSelectors.anyMatches(terms, node.node());
    }

    private static boolean isFreeFor(PersistentVolumeClaim claim, PersistentVolume volume) {
        if (volume.metadata().tree().has("deletionTimestamp")) return false;
        var holder = volume.spec().findClaimRef();
        return holder.isEmpty()
                || holder.get().namespace().equals(claim.namespace())
                        && holder.get().name().equals(claim.name())
                        && (holder.get().uid().isEmpty() || holder.get().uid().equals(claim.uid()));
    }

    private static Quantity sizeOf(PersistentVolume volume) {
        return Quantity.parse(volume.spec().capacity().getOrDefault("storage", "0"));
    }

    private static String modeOf(String volumeMode) {
        return volumeMode.isEmpty() ? "Filesystem" : volumeMode;
    }
}
