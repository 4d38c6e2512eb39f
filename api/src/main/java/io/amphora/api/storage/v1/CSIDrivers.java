package io.amphora.api.storage.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class CSIDrivers {
    public static final ResourceDefinition<CSIDriver> DEFINITION = ResourceDefinition.of(
                    "storage.k8s.io/v1", "CSIDriver", CSIDriver::of)
            .strategy(new Rules())
            .build();

    private CSIDrivers() {}

    private static final class Rules implements Strategy<CSIDriver> {
        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
