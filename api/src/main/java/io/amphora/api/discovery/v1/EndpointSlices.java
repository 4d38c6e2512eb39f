package io.amphora.api.discovery.v1;

import io.amphora.api.ResourceDefinition;

public final class EndpointSlices {
    public static final ResourceDefinition<EndpointSlice> DEFINITION = ResourceDefinition.of(
                    "discovery.k8s.io/v1", "EndpointSlice", EndpointSlice::of)
            .namespaced()
            .build();

    private EndpointSlices() {}
}
