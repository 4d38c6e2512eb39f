package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class PersistentVolumeClaims {
    public static final ResourceDefinition<PersistentVolumeClaim> DEFINITION = ResourceDefinition.of(
                    "v1", "PersistentVolumeClaim", PersistentVolumeClaim::of)
            .shortNames("pvc")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .build();

    private PersistentVolumeClaims() {}

    private static final class Rules extends SpecAndStatus<PersistentVolumeClaim> {
        Rules() {
            super(PersistentVolumeClaim::of);
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
