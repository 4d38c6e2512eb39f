package io.amphora.api.rbac.v1;

import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.machinery.field.FieldErrors;
import java.util.List;

/// Who has a role everywhere.
public final class ClusterRoleBindings {
    public static final ResourceDefinition<ClusterRoleBinding> DEFINITION = ResourceDefinition.of(
                    "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", ClusterRoleBinding::of)
            .strategy(new Rules())
            .columns(Columns.<ClusterRoleBinding>builder()
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

    private ClusterRoleBindings() {}

    private static final class Rules implements Strategy<ClusterRoleBinding> {
        @Override
        public ClusterRoleBinding withDefaults(ClusterRoleBinding binding) {
            return ClusterRoleBinding.of(Bindings.defaults(binding.tree()));
        }

        @Override
        public void validate(ClusterRoleBinding binding, FieldErrors errors) {
            Bindings.validate(binding.tree(), List.of("ClusterRole"), false, errors);
        }

        @Override
        public void validateUpdate(ClusterRoleBinding updated, ClusterRoleBinding stored, FieldErrors errors) {
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
