package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class Secrets {
    public static final ResourceDefinition<Secret> DEFINITION = ResourceDefinition.of("v1", "Secret", Secret::of)
            .namespaced()
            .strategy(new Rules())
            .build();

    private Secrets() {}

    private static final class Rules implements Strategy<Secret> {
        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
