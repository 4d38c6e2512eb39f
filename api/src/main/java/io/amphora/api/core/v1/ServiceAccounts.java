package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class ServiceAccounts {
    public static final ResourceDefinition<ServiceAccount> DEFINITION = ResourceDefinition.of(
                    "v1", "ServiceAccount", ServiceAccount::of)
            .shortNames("sa")
            .namespaced()
            .subresources("token")
            .strategy(new Rules())
            .build();

    private ServiceAccounts() {}

    private static final class Rules implements Strategy<ServiceAccount> {
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
