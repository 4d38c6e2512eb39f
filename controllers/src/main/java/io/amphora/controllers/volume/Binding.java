package io.amphora.controllers.volume;

import io.amphora.api.core.v1.PersistentVolume;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Which volume suits which claim, and how the two name each other. Pure functions.
final class Binding {
    static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
    static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";

    private Binding() {}

    /// The smallest volume that suits; one that was made for this claim comes first.
    static Optional<PersistentVolume> findBest(PersistentVolumeClaim claim, Collection<PersistentVolume> volumes) {
        return volumes.stream()
                .filter(volume -> volume.metadata().findDeletionTimestamp().isEmpty())
                .filter(volume -> isMeantFor(volume, claim) || isFree(volume))
                .filter(volume -> mismatch(claim, volume).isEmpty() && isSelected(claim, volume))
                .min(Comparator.<PersistentVolume, Boolean>comparing(volume -> !isMeantFor(volume, claim))
                        .thenComparing(Binding::capacity)
                        .thenComparing(PersistentVolume::name));
    }

    /// Whether there is a volume so new that it is not yet said to be available, and that will fit then.
    static boolean isComing(PersistentVolumeClaim claim, Collection<PersistentVolume> volumes) {
        return volumes.stream()
                .filter(volume -> volume.metadata().findDeletionTimestamp().isEmpty())
                .filter(volume -> Set.of("", "Pending").contains(volume.status().phase())
                        && volume.spec().findClaimRef().isEmpty())
                .anyMatch(volume -> mismatch(claim, volume).isEmpty() && isSelected(claim, volume));
    }

    private static boolean isFree(PersistentVolume volume) {
        boolean usable = volume.status().phase().equals("Available");
        return usable && volume.spec().findClaimRef().isEmpty();
    }

    /// Whether the volume names the claim, by its uid or, before there was one, by its name.
    static boolean isMeantFor(PersistentVolume volume, PersistentVolumeClaim claim) {
        var reference = volume.spec().findClaimRef();
        return reference.isPresent()
                && reference.get().name().equals(claim.name())
                && reference.get().namespace().equals(claim.namespace())
                && (reference.get().uid().isEmpty() || reference.get().uid().equals(claim.uid()));
    }

    private static boolean isSelected(PersistentVolumeClaim claim, PersistentVolume volume) {
        Tree selector = claim.spec().tree().get("selector");
        return selector.isNull()
                || LabelSelector.of(selector)
                        .matches(volume.tree().object("metadata").object("labels"));
    }

    /// Why the volume does not suit the claim; "" when it does.
    static String mismatch(PersistentVolumeClaim claim, PersistentVolume volume) {
        if (!volume.spec().storageClassName().equals(claim.spec().storageClassName()))
            return "storageClassName does not match";
        if (!mode(volume.spec().volumeMode()).equals(mode(claim.spec().volumeMode()))) return "incompatible volumeMode";
        if (capacity(volume).compareTo(request(claim)) < 0) return "requested PV is too small";
        var modes = new HashSet<>(volume.spec().accessModes());
        return modes.containsAll(claim.spec().accessModes()) ? "" : "incompatible accessMode";
    }

    private static String mode(String mode) {
        return mode.isEmpty() ? "Filesystem" : mode;
    }

    static Quantity capacity(PersistentVolume volume) {
        return quantity(volume.spec().tree().object("capacity").get("storage"));
    }

    static Quantity request(PersistentVolumeClaim claim) {
        return quantity(
                claim.spec().tree().object("resources").object("requests").get("storage"));
    }

    static Quantity quantity(Tree storage) {
        return storage.isNull() ? Quantity.ZERO : Quantity.parse(storage);
    }

    /// The volume, given to the claim.
    static PersistentVolume bound(PersistentVolume volume, PersistentVolumeClaim claim) {
        boolean ours = volume.spec().findClaimRef().isEmpty();
        ObjectTree reference = volume.spec()
                .claimRef()
                .tree()
                .with("apiVersion", "v1")
                .with("kind", "PersistentVolumeClaim")
                .with("namespace", claim.namespace())
                .with("name", claim.name())
                .with("uid", claim.uid());
        ObjectTree given = volume.tree().withAt(reference, "spec", "claimRef");
        if (ours) given = given.withAt(Tree.of("yes"), "metadata", "annotations", BOUND_BY_CONTROLLER);
        return PersistentVolume.of(given);
    }

    /// The claim, with its volume.
    static PersistentVolumeClaim bound(PersistentVolumeClaim claim, PersistentVolume volume) {
        boolean ours = claim.spec().volumeName().isEmpty();
        ObjectTree given = claim.tree()
                .withAt(Tree.of(volume.name()), "spec", "volumeName")
                .withAt(Tree.of("yes"), "metadata", "annotations", BIND_COMPLETED);
        if (ours) given = given.withAt(Tree.of("yes"), "metadata", "annotations", BOUND_BY_CONTROLLER);
        return PersistentVolumeClaim.of(given);
    }
}
