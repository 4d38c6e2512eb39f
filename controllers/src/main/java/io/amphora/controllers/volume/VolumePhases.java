package io.amphora.controllers.volume;

import io.amphora.api.core.v1.ObjectReference;
import io.amphora.api.core.v1.PersistentVolume;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.PersistentVolumes;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Says of each volume whether it is free, given, or left behind by its claim. The other half of [ClaimBinder].
public final class VolumePhases implements Controller<PersistentVolume> {
    private static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

    @Override
    public String name() {
        return "persistentvolume-binder-controller";
    }

    @Override
    public String component() {
        return "persistentvolume-controller";
    }

    @Override
    public Watches<PersistentVolume> watches() {
        Target<PersistentVolume> volumes = Target.of(PersistentVolumes.DEFINITION);
        return Watches.of(PersistentVolumes.DEFINITION).on(PersistentVolumeClaims.DEFINITION, (claim, seen) -> {
            String volume = claim.spec().volumeName();
            return volume.isEmpty() ? List.of() : List.of(new Key(volumes, "", volume));
        });
    }

    @Override
    public Plan plan(PersistentVolume volume, Seen seen, Instant now) {
        Optional<ObjectReference> owner = volume.spec().findClaimRef();
        if (owner.isEmpty() || owner.get().uid().isEmpty()) return phase(volume, "Available", "");
        Optional<PersistentVolumeClaim> claim = seen.find(
                        PersistentVolumeClaims.DEFINITION,
                        owner.get().namespace(),
                        owner.get().name())
                .filter(each -> each.uid().equals(owner.get().uid()));
        if (claim.isPresent())
            return claim.get().spec().volumeName().equals(volume.name()) ? phase(volume, "Bound", "") : Plan.NOTHING;
        var read = new Action.Read(
                Target.of(PersistentVolumeClaims.DEFINITION),
                owner.get().namespace(),
                owner.get().name(),
                "");
        return Plan.of(read).then(outcomes -> {
            boolean there = outcomes.getFirst()
                    .findAnswer()
                    .filter(answer -> answer.object("metadata")
                            .text("uid")
                            .equals(owner.get().uid()))
                    .isPresent();
            boolean certain =
                    outcomes.getFirst().succeeded() || outcomes.getFirst().isNotFound();
            return there || !certain ? Plan.NOTHING : release(volume);
        });
    }

    /// No volume of any kind is deleted from here: that is the business of whoever made it.
    private static Plan release(PersistentVolume volume) {
        boolean deletes = volume.spec().persistentVolumeReclaimPolicy().equals("Delete");
        boolean others = volume.metadata().annotations().containsKey(PROVISIONED_BY)
                || volume.spec().findCsi().isPresent();
        if (!deletes || others) return phase(volume, "Released", "");
        String message = "error getting deleter volume plugin for volume \"" + volume.name()
                + "\": no deletable volume plugin matched";
        Plan failed = phase(volume, "Failed", message);
        return failed.isNothing()
                ? failed
                : failed.then(Plan.of(Action.warning(volume, "VolumeFailedDelete", message)));
    }

    private static Plan phase(PersistentVolume volume, String phase, String message) {
        if (volume.status().phase().equals(phase)) return Plan.NOTHING;
        ObjectTree status = volume.status().tree().with("phase", phase).without("message");
        if (!message.isEmpty()) status = status.with("message", message);
        return Plan.of(Action.updateStatus(
                PersistentVolumes.DEFINITION, PersistentVolume.of(volume.tree().with("status", status))));
    }
}
