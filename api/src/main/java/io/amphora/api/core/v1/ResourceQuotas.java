package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class ResourceQuotas {
    public static final ResourceDefinition<ResourceQuota> DEFINITION = ResourceDefinition.of(
                    "v1", "ResourceQuota", ResourceQuota::of)
            .shortNames("quota")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .build();

    private ResourceQuotas() {}

    private static final class Rules extends SpecAndStatus<ResourceQuota> {
        Rules() {
            super(ResourceQuota::of);
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
