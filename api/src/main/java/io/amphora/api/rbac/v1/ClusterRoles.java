package io.amphora.api.rbac.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.meta.v1.LabelSelector;
import io.amphora.api.validation.Labels;
import io.amphora.api.validation.Workloads;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.List;

/// What one may do everywhere, or in the namespace where it is bound.
public final class ClusterRoles {
    public static final ResourceDefinition<ClusterRole> DEFINITION = ResourceDefinition.of(
                    "rbac.authorization.k8s.io/v1", "ClusterRole", ClusterRole::of)
            .strategy(new Rules())
            .build();

    private ClusterRoles() {}

    private static final class Rules implements Strategy<ClusterRole> {
        @Override
        public void validate(ClusterRole role, FieldErrors errors) {
            PolicyRules.validate(role.rules(), false, errors);
            role.findAggregationRule()
                    .ifPresent(rule -> selectors(
                            rule.clusterRoleSelectors(),
                            FieldPath.of("aggregationRule").child("clusterRoleSelectors"),
                            errors));
        }

        private static void selectors(List<LabelSelector> selectors, FieldPath list, FieldErrors errors) {
            if (selectors.isEmpty())
                errors.required(list, "at least one clusterRoleSelector required if aggregationRule is non-nil");
            for (int i = 0; i < selectors.size(); i++) {
                Labels.selector(selectors.get(i), list.index(i), errors);
                if (Workloads.readable(selectors.get(i).tree()).isEmpty())
                    errors.invalid(list.index(i), null, "invalid label selector.");
            }
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
