package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class EndpointsKind {
    public static final ResourceDefinition<Endpoints> DEFINITION = ResourceDefinition.of(
                    "v1", "Endpoints", Endpoints::of)
            .plural("endpoints")
            .shortNames("ep")
            .namespaced()
            .strategy(new Rules())
            .build();

    private EndpointsKind() {}

    private static final class Rules implements Strategy<Endpoints> {
        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }
    }
}
