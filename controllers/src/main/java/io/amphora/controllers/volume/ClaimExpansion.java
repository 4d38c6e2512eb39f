package io.amphora.controllers.volume;

import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.storage.v1.StorageClasses;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import java.time.Instant;

/// Tells the owner of a claim that was enlarged whom it waits for: volumes grow by their drivers, outside of
/// here.
public final class ClaimExpansion implements Controller<PersistentVolumeClaim> {
    @Override
    public String name() {
        return "persistentvolume-expander-controller";
    }

    @Override
    public String component() {
        return "volume_expand";
    }

    @Override
    public Watches<PersistentVolumeClaim> watches() {
        return Watches.of(PersistentVolumeClaims.DEFINITION)
                .onlyWhen((before, now) -> !before.spec().equals(now.spec()))
                .reads(StorageClasses.DEFINITION);
    }

    @Override
    public Plan plan(PersistentVolumeClaim claim, Seen seen, Instant now) {
        if (!claim.status().phase().equals("Bound")) return Plan.NOTHING;
        boolean grows = Binding.request(claim)
                        .compareTo(Binding.quantity(
                                claim.status().tree().object("capacity").get("storage")))
                > 0;
        boolean may = seen.find(StorageClasses.DEFINITION, "", claim.spec().storageClassName())
                .filter(kind -> kind.allowVolumeExpansion())
                .isPresent();
        if (!grows || !may) return Plan.NOTHING;
        return Plan.of(
                Action.normal(claim, "ExternalExpanding", "waiting for an external controller to expand this PVC"));
    }
}
