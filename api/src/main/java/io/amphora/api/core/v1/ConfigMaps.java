package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class ConfigMaps {
    public static final ResourceDefinition<ConfigMap> DEFINITION = ResourceDefinition.of(
                    "v1", "ConfigMap", ConfigMap::of)
            .shortNames("cm")
            .namespaced()
            .strategy(new Rules())
            .build();

    private ConfigMaps() {}

    private static final class Rules implements Strategy<ConfigMap> {
        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
