package io.amphora.api.resource.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class ResourceClaimTemplates {
    public static final ResourceDefinition<ResourceClaimTemplate> DEFINITION = ResourceDefinition.of(
                    "resource.k8s.io/v1", "ResourceClaimTemplate", ResourceClaimTemplate::of)
            .namespaced()
            .strategy(new Rules())
            .build();

    private ResourceClaimTemplates() {}

    private static final class Rules implements Strategy<ResourceClaimTemplate> {
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
