package io.amphora.controllers.volume;

import io.amphora.api.core.v1.PersistentVolume;
import io.amphora.api.core.v1.PersistentVolumes;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import java.time.Instant;

/// Keeps a volume that is deleted until no claim has it.
public final class VolumeProtection implements Controller<PersistentVolume> {
    private static final String FINALIZER = "kubernetes.io/pv-protection";

    @Override
    public String name() {
        return "persistentvolume-protection-controller";
    }

    @Override
    public Watches<PersistentVolume> watches() {
        return Watches.of(PersistentVolumes.DEFINITION);
    }

    @Override
    public Plan plan(PersistentVolume volume, Seen seen, Instant now) {
        boolean guarded = volume.metadata().finalizers().contains(FINALIZER);
        boolean going = volume.metadata().findDeletionTimestamp().isPresent();
        if (!going && !guarded) return Plan.of(Finalizers.with(PersistentVolumes.DEFINITION, volume, FINALIZER));
        boolean free = going && guarded && !volume.status().phase().equals("Bound");
        return free ? Plan.of(Finalizers.without(PersistentVolumes.DEFINITION, volume, FINALIZER)) : Plan.NOTHING;
    }
}
