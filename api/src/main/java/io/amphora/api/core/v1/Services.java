package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class Services {
    public static final ResourceDefinition<Service> DEFINITION = ResourceDefinition.of("v1", "Service", Service::of)
            .shortNames("svc")
            .categories("all")
            .namespaced()
            .subresources("proxy", "status")
            .strategy(new Rules())
            .build();

    private Services() {}

    private static final class Rules extends SpecAndStatus<Service> {
        Rules() {
            super(Service::of);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
