package io.amphora.api.core.v1;

import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import java.util.List;

/// The identity of what runs in a Pod.
public final class ServiceAccounts {
    public static final ResourceDefinition<ServiceAccount> DEFINITION = ResourceDefinition.of(
                    "v1", "ServiceAccount", ServiceAccount::of)
            .shortNames("sa")
            .namespaced()
            .subresources("token")
            .strategy(new Rules())
            .columns(Columns.<ServiceAccount>builder().name().age().build())
            .build();

    private static final String MOUNTABLE_SECRETS = "kubernetes.io/enforce-mountable-secrets";

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

        @Override
        public List<String> warnings(ServiceAccount account) {
            return account.metadata().annotations().containsKey(MOUNTABLE_SECRETS)
                    ? List.of(
                            "metadata.annotations[" + MOUNTABLE_SECRETS
                                    + "]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets")
                    : List.of();
        }

        @Override
        public List<String> warningsOnUpdate(ServiceAccount updated, ServiceAccount stored) {
            return stored.metadata().annotations().containsKey(MOUNTABLE_SECRETS) ? List.of() : warnings(updated);
        }
    }
}
