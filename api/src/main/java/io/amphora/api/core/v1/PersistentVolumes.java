package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class PersistentVolumes {
    public static final ResourceDefinition<PersistentVolume> DEFINITION = ResourceDefinition.of(
                    "v1", "PersistentVolume", PersistentVolume::of)
            .shortNames("pv")
            .subresources("status")
            .strategy(new Rules())
            .build();

    private PersistentVolumes() {}

    private static final class Rules extends SpecAndStatus<PersistentVolume> {
        Rules() {
            super(PersistentVolume::of);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
