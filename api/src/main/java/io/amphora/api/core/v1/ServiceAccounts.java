package io.amphora.api.core.v1;

import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
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
        public ServiceAccount prepareForCreate(ServiceAccount account) {
            return withNamesOnly(account);
        }

        @Override
        public ServiceAccount prepareForUpdate(ServiceAccount updated, ServiceAccount stored) {
            return withNamesOnly(updated);
        }

        /// Of a Secret that an account names, the name is kept: it is one of its own namespace.
        private static ServiceAccount withNamesOnly(ServiceAccount account) {
            ListTree secrets = account.tree().list("secrets");
            if (secrets.isEmpty()) return account;
            return ServiceAccount.of(account.tree().with("secrets", secrets.map(secret -> {
                String name = secret.object().text("name");
                return name.isEmpty() ? ObjectTree.EMPTY : ObjectTree.of("name", name);
            })));
        }

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
