package io.amphora.api.resource.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class ResourceClaims {
    public static final ResourceDefinition<ResourceClaim> DEFINITION = ResourceDefinition.of(
                    "resource.k8s.io/v1", "ResourceClaim", ResourceClaim::of)
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .build();

    private ResourceClaims() {}

    private static final class Rules extends SpecAndStatus<ResourceClaim> {
        Rules() {
            super(ResourceClaim::of);
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
