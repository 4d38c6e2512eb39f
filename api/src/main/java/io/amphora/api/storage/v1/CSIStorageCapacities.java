package io.amphora.api.storage.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class CSIStorageCapacities {
    public static final ResourceDefinition<CSIStorageCapacity> DEFINITION = ResourceDefinition.of(
                    "storage.k8s.io/v1", "CSIStorageCapacity", CSIStorageCapacity::of)
            .plural("csistoragecapacities")
            .namespaced()
            .strategy(new Rules())
            .build();

    private CSIStorageCapacities() {}

    private static final class Rules implements Strategy<CSIStorageCapacity> {
        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
