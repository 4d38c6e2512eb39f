package io.amphora.api.networking.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class ServiceCIDRs {
    public static final ResourceDefinition<ServiceCIDR> DEFINITION = ResourceDefinition.of(
                    "networking.k8s.io/v1", "ServiceCIDR", ServiceCIDR::of)
            .subresources("status")
            .strategy(new Rules())
            .build();

    private ServiceCIDRs() {}

    private static final class Rules extends SpecAndStatus<ServiceCIDR> {
        Rules() {
            super(ServiceCIDR::of);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
