package io.amphora.controllers.volume;

import io.amphora.api.core.v1.ObjectReference;
import io.amphora.api.core.v1.PersistentVolume;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.PersistentVolumes;
import io.amphora.api.storage.v1.StorageClass;
import io.amphora.api.storage.v1.StorageClasses;
import io.amphora.client.ListOptions;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Gives each claim a volume: first the volume names the claim, then the claim the volume, so that a crash in
/// between
/// leaves
/// nothing that cannot be finished. Each plan is one step.
public final class ClaimBinder implements Controller<PersistentVolumeClaim> {
    private static final String NAME = "persistentvolume-binder-controller";
    private static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";
    private static final String PROVISIONER = "volume.kubernetes.io/storage-provisioner";
    private static final String BETA_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";
    private static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String component() {
        return "persistentvolume-controller";
    }

    @Override
    public Watches<PersistentVolumeClaim> watches() {
        Target<PersistentVolumeClaim> claims = Target.of(PersistentVolumeClaims.DEFINITION);
        return Watches.of(PersistentVolumeClaims.DEFINITION)
                .on(PersistentVolumes.DEFINITION, (volume, seen) -> {
                    Optional<ObjectReference> owner = volume.spec().findClaimRef();
                    return seen
                            .list(claims, owner.map(ObjectReference::namespace).orElse(""))
                            .stream()
                            .filter(claim -> owner.isPresent()
                                    ? claim.name().equals(owner.get().name())
                                    : !claim.status().phase().equals("Bound"))
                            .map(claim -> Key.of(claims, claim))
                            .toList();
                })
                .on(
                        StorageClasses.DEFINITION,
                        (kind, seen) -> seen.list(claims, "").stream()
                                .filter(claim -> claim.spec().storageClassName().equals(kind.name()))
                                .map(claim -> Key.of(claims, claim))
                                .toList());
    }

    @Override
    public Plan plan(PersistentVolumeClaim claim, Seen seen, Instant now) {
        String name = claim.spec().volumeName();
        Optional<PersistentVolume> volume =
                name.isEmpty() ? Optional.empty() : seen.find(PersistentVolumes.DEFINITION, "", name);
        if (claim.metadata().annotations().containsKey(Binding.BIND_COMPLETED)) return keep(claim, name, volume);
        if (claim.metadata().findDeletionTimestamp().isPresent()) return Plan.NOTHING;
        if (name.isEmpty()) return search(claim, seen);
        return volume.map(each -> bindNamed(claim, each)).orElse(Plan.NOTHING);
    }

    // ---- claims that are bound ----

    private static Plan keep(PersistentVolumeClaim claim, String name, Optional<PersistentVolume> volume) {
        if (name.isEmpty())
            return lost(
                    claim,
                    "ClaimLost",
                    "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
        if (volume.isEmpty())
            return Plan.of(new Action.Read(Target.of(PersistentVolumes.DEFINITION), "", name, ""))
                    .then(outcomes -> outcomes.getFirst().isNotFound()
                            ? lost(
                                    claim,
                                    "ClaimLost",
                                    "Bound claim has lost its PersistentVolume. Data on the volume is lost!")
                            : Plan.NOTHING);
        if (volume.get().spec().findClaimRef().isEmpty() || Binding.isMeantFor(volume.get(), claim))
            return bind(claim, volume.get());
        return lost(claim, "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
    }

    private static Plan lost(PersistentVolumeClaim claim, String reason, String message) {
        if (claim.status().phase().equals("Lost")) return Plan.NOTHING;
        ObjectTree status = ObjectTree.of("phase", "Lost");
        return Plan.of(
                Action.updateStatus(
                        PersistentVolumeClaims.DEFINITION,
                        PersistentVolumeClaim.of(claim.tree().with("status", status))),
                Action.warning(claim, reason, message));
    }

    // ---- claims that wait ----

    private static Plan search(PersistentVolumeClaim claim, Seen seen) {
        String className = claim.spec().storageClassName();
        Optional<StorageClass> kind = seen.find(StorageClasses.DEFINITION, "", className);
        boolean waits = kind.filter(each -> each.volumeBindingMode().equals("WaitForFirstConsumer"))
                        .isPresent()
                && !claim.metadata().annotations().containsKey(SELECTED_NODE);
        List<PersistentVolume> volumes = seen.of(PersistentVolumes.DEFINITION).list();
        if (waits)
            volumes = volumes.stream()
                    .filter(volume -> Binding.isMeantFor(volume, claim))
                    .toList();
        Optional<PersistentVolume> best = Binding.findBest(claim, volumes);
        if (best.isPresent()) return bind(claim, best.get());
        if (waits)
            return Plan.of(Action.normal(
                    claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding"));
        if (className.isEmpty())
            return Plan.of(Action.normal(
                    claim,
                    "FailedBinding",
                    "no persistent volumes available for this claim and no storage class is set"));
        return kind.map(each -> provision(claim, each))
                .orElseGet(() -> Plan.of(Action.warning(
                        claim, "ProvisioningFailed", "storageclass.storage.k8s.io \"" + className + "\" not found")));
    }

    /// Volumes are made by somebody else, who reads the annotation. A volume that fits may be there whose news has not
    /// come yet, so the server itself is asked first.
    private static Plan provision(PersistentVolumeClaim claim, StorageClass kind) {
        String provisioner = kind.provisioner();
        if (provisioner.equals(NO_PROVISIONER)) return Plan.NOTHING;
        if (provisioner.equals(claim.metadata().annotations().get(PROVISIONER)))
            return Plan.of(Action.normal(
                    claim,
                    "ExternalProvisioning",
                    "Waiting for a volume to be created either by the external provisioner '" + provisioner
                            + "' or manually by the system administrator. If volume creation is delayed, please verify that the"
                            + " provisioner is running and correctly registered."));
        return Plan.of(new Action.ReadAll(Target.of(PersistentVolumes.DEFINITION), "", ListOptions.ALL))
                .then(outcomes -> outcomes.getFirst()
                        .findAnswer()
                        .map(answer -> provisionUnless(volumes(answer), claim, provisioner))
                        .orElse(Plan.NOTHING));
    }

    private static Plan provisionUnless(
            List<PersistentVolume> volumes, PersistentVolumeClaim claim, String provisioner) {
        Optional<PersistentVolume> found = Binding.findBest(claim, volumes);
        if (found.isPresent()) return bind(claim, found.get());
        // The claim is looked at again when the volume is available.
        return Binding.isComing(claim, volumes) ? Plan.NOTHING : annotate(claim, provisioner);
    }

    private static List<PersistentVolume> volumes(ObjectTree list) {
        return list.list("items").stream()
                .map(item -> PersistentVolume.of(item.object()))
                .toList();
    }

    private static Plan annotate(PersistentVolumeClaim claim, String provisioner) {
        ObjectTree told = claim.tree()
                .withAt(Tree.of(provisioner), "metadata", "annotations", PROVISIONER)
                .withAt(Tree.of(provisioner), "metadata", "annotations", BETA_PROVISIONER);
        return Plan.of(Action.update(PersistentVolumeClaims.DEFINITION, PersistentVolumeClaim.of(told)));
    }

    private static Plan bindNamed(PersistentVolumeClaim claim, PersistentVolume volume) {
        if (Binding.isMeantFor(volume, claim)) return bind(claim, volume);
        if (volume.spec().findClaimRef().isPresent())
            return Plan.of(Action.warning(
                    claim, "FailedBinding", "volume \"" + volume.name() + "\" already bound to a different claim."));
        String mismatch = Binding.mismatch(claim, volume);
        if (!mismatch.isEmpty())
            return Plan.of(Action.warning(
                    claim, "VolumeMismatch", "Cannot bind to requested volume \"" + volume.name() + "\": " + mismatch));
        return bind(claim, volume);
    }

    // ---- one step after the other ----

    private static Plan bind(PersistentVolumeClaim claim, PersistentVolume volume) {
        PersistentVolume given = Binding.bound(volume, claim);
        if (!given.equals(volume)) return Plan.of(Action.update(PersistentVolumes.DEFINITION, given));
        PersistentVolumeClaim taken = Binding.bound(claim, volume);
        boolean complete = claim.metadata().annotations().containsKey(Binding.BIND_COMPLETED);
        if (!complete) return Plan.of(Action.update(PersistentVolumeClaims.DEFINITION, taken));
        ObjectTree status = claim.status()
                .tree()
                .with("phase", "Bound")
                .with("accessModes", volume.spec().tree().get("accessModes"));
        if (!claim.status().tree().has("capacity"))
            status = status.with("capacity", volume.spec().tree().get("capacity"));
        if (status.equals(claim.status().tree())) return Plan.NOTHING;
        return Plan.of(Action.updateStatus(
                PersistentVolumeClaims.DEFINITION,
                PersistentVolumeClaim.of(claim.tree().with("status", status))));
    }
}
