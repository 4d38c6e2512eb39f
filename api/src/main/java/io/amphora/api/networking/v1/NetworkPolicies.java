package io.amphora.api.networking.v1;

import io.amphora.api.ResourceDefinition;

public final class NetworkPolicies {
    public static final ResourceDefinition<NetworkPolicy> DEFINITION = ResourceDefinition.of(
                    "networking.k8s.io/v1", "NetworkPolicy", NetworkPolicy::of)
            .plural("networkpolicies")
            .shortNames("netpol")
            .namespaced()
            .build();

    private NetworkPolicies() {}
}
