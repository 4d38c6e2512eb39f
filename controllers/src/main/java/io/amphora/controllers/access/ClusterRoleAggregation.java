package io.amphora.controllers.access;

import io.amphora.api.rbac.v1.ClusterRole;
import io.amphora.api.rbac.v1.ClusterRoles;
import io.amphora.api.rbac.v1.PolicyRule;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.select.LabelSelector;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;

/// Gives a ClusterRole with an aggregation rule the rules of all those that it selects, in the order of their
/// names.
public final class ClusterRoleAggregation implements Controller<ClusterRole> {
    @Override
    public String name() {
        return "clusterrole-aggregation-controller";
    }

    @Override
    public Watches<ClusterRole> watches() {
        Target<ClusterRole> roles = Target.of(ClusterRoles.DEFINITION);
        return Watches.of(ClusterRoles.DEFINITION)
                .waking((changed, seen) -> seen.of(roles).list().stream()
                        .filter(role -> role.tree().has("aggregationRule"))
                        .map(role -> Key.of(roles, role))
                        .toList());
    }

    @Override
    public Plan plan(ClusterRole role, Seen seen, Instant now) {
        if (!role.tree().has("aggregationRule")) return Plan.NOTHING;
        List<LabelSelector> selectors = role.aggregationRule().clusterRoleSelectors().stream()
                .map(selector -> LabelSelector.of(selector.tree()))
                .toList();
        var rules = new LinkedHashSet<PolicyRule>();
        for (LabelSelector selector : selectors)
            for (ClusterRole other : seen.list(ClusterRoles.DEFINITION, "", selector))
                if (!other.name().equals(role.name())) rules.addAll(other.rules());
        if (List.copyOf(rules).equals(role.rules())) return Plan.NOTHING;
        return Plan.of(Action.update(ClusterRoles.DEFINITION, role.withRules(List.copyOf(rules))));
    }
}
