package io.amphora.api.apps.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class ControllerRevisions {
    public static final ResourceDefinition<ControllerRevision> DEFINITION = ResourceDefinition.of(
                    "apps/v1", "ControllerRevision", ControllerRevision::of)
            .namespaced()
            .strategy(new Rules())
            .build();

    private ControllerRevisions() {}

    private static final class Rules implements Strategy<ControllerRevision> {
        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
