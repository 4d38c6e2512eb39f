package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class LimitRanges {
    public static final ResourceDefinition<LimitRange> DEFINITION = ResourceDefinition.of(
                    "v1", "LimitRange", LimitRange::of)
            .shortNames("limits")
            .namespaced()
            .strategy(new Rules())
            .build();

    private LimitRanges() {}

    private static final class Rules implements Strategy<LimitRange> {
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
