package io.amphora.api.rbac.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.machinery.field.FieldErrors;

/// What one may do in one namespace.
public final class Roles {
    public static final ResourceDefinition<Role> DEFINITION = ResourceDefinition.of(
                    "rbac.authorization.k8s.io/v1", "Role", Role::of)
            .namespaced()
            .strategy(new Rules())
            .build();

    private Roles() {}

    private static final class Rules implements Strategy<Role> {
        @Override
        public void validate(Role role, FieldErrors errors) {
            PolicyRules.validate(role.rules(), true, errors);
        }

        @Override
        public String nameFormat() {
            return "path-segment";
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }
    }
}
