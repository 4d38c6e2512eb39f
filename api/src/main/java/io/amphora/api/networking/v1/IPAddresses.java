package io.amphora.api.networking.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class IPAddresses {
    public static final ResourceDefinition<IPAddress> DEFINITION = ResourceDefinition.of(
                    "networking.k8s.io/v1", "IPAddress", IPAddress::of)
            .plural("ipaddresses")
            .shortNames("ip")
            .strategy(new Rules())
            .build();

    private IPAddresses() {}

    private static final class Rules implements Strategy<IPAddress> {
        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
