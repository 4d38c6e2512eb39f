package io.amphora.api.rbac.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class RoleBindings {
    public static final ResourceDefinition<RoleBinding> DEFINITION = ResourceDefinition.of(
                    "rbac.authorization.k8s.io/v1", "RoleBinding", RoleBinding::of)
            .namespaced()
            .strategy(new Rules())
            .build();

    private RoleBindings() {}

    private static final class Rules implements Strategy<RoleBinding> {
        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public String nameFormat() {
            return "path-segment";
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }
    }
}
