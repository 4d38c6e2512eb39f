package io.amphora.api.rbac.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class ClusterRoleBindings {
    public static final ResourceDefinition<ClusterRoleBinding> DEFINITION = ResourceDefinition.of(
                    "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", ClusterRoleBinding::of)
            .strategy(new Rules())
            .build();

    private ClusterRoleBindings() {}

    private static final class Rules implements Strategy<ClusterRoleBinding> {
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
