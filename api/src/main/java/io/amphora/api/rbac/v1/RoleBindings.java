package io.amphora.api.rbac.v1;

import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.machinery.field.FieldErrors;
import java.util.List;

/// Who has a role in one namespace.
public final class RoleBindings {
    public static final ResourceDefinition<RoleBinding> DEFINITION = ResourceDefinition.of(
                    "rbac.authorization.k8s.io/v1", "RoleBinding", RoleBinding::of)
            .namespaced()
            .strategy(new Rules())
            .columns(Columns.<RoleBinding>builder()
                    .name()
                    .text("Role", "What they may do.", binding -> Bindings.role(binding.roleRef()))
                    .age()
                    .wide("Users", "Users who have it.", binding -> Bindings.names(binding.subjects(), "User"))
                    .wide("Groups", "Groups that have it.", binding -> Bindings.names(binding.subjects(), "Group"))
                    .wide(
                            "ServiceAccounts",
                            "ServiceAccounts that have it.",
                            binding -> Bindings.names(binding.subjects(), "ServiceAccount"))
                    .build())
            .build();

    private RoleBindings() {}

    private static final class Rules implements Strategy<RoleBinding> {
        @Override
        public RoleBinding withDefaults(RoleBinding binding) {
            return RoleBinding.of(Bindings.defaults(binding.tree()));
        }

        @Override
        public void validate(RoleBinding binding, FieldErrors errors) {
            Bindings.validate(binding.tree(), List.of("Role", "ClusterRole"), true, errors);
        }

        @Override
        public void validateUpdate(RoleBinding updated, RoleBinding stored, FieldErrors errors) {
            Bindings.validateUpdate(updated.tree(), stored.tree(), errors);
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
