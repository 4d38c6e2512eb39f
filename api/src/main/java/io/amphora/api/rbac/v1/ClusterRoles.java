package io.amphora.api.rbac.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class ClusterRoles {
    public static final ResourceDefinition<ClusterRole> DEFINITION = ResourceDefinition.of(
                    "rbac.authorization.k8s.io/v1", "ClusterRole", ClusterRole::of)
            .strategy(new Rules())
            .build();

    private ClusterRoles() {}

    private static final class Rules implements Strategy<ClusterRole> {
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
