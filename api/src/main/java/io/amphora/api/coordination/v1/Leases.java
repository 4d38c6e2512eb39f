package io.amphora.api.coordination.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class Leases {
    public static final ResourceDefinition<Lease> DEFINITION = ResourceDefinition.of(
                    "coordination.k8s.io/v1", "Lease", Lease::of)
            .namespaced()
            .strategy(new Rules())
            .build();

    private Leases() {}

    private static final class Rules implements Strategy<Lease> {
        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
