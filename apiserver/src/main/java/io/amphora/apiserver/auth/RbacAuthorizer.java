package io.amphora.apiserver.auth;

import io.amphora.api.rbac.v1.ClusterRole;
import io.amphora.api.rbac.v1.ClusterRoleBinding;
import io.amphora.api.rbac.v1.ClusterRoleBindings;
import io.amphora.api.rbac.v1.ClusterRoles;
import io.amphora.api.rbac.v1.PolicyRule;
import io.amphora.api.rbac.v1.Role;
import io.amphora.api.rbac.v1.RoleBinding;
import io.amphora.api.rbac.v1.RoleBindings;
import io.amphora.api.rbac.v1.RoleRef;
import io.amphora.api.rbac.v1.Roles;
import io.amphora.api.rbac.v1.Subject;
import io.amphora.apiserver.state.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Role-based access control: who is bound to a role may do what the role's rules say. Reads the roles and
/// bindings of the moment from the state itself.
public final class RbacAuthorizer implements Authorizer {
    private final Supplier<Snapshot> cluster;

    public RbacAuthorizer(Supplier<Snapshot> cluster) {
        this.cluster = cluster;
    }

    @Override
    public Decision decide(Attributes what) {
        for (Grant grant : grants(what.user(), what.namespace()))
            for (PolicyRule rule : grant.rules()) if (allows(rule, what)) return new Decision.Allowed(grant.reason());
        return new Decision.NoOpinion("");
    }

    /// Every rule that holds for a user in a namespace; of the cluster only, where that is "".
    public List<PolicyRule> rules(User user, String namespace) {
        var rules = new ArrayList<PolicyRule>();
        for (Grant grant : grants(user, namespace)) rules.addAll(grant.rules());
        return rules;
    }

    /// What one binding gives to a user.
    private record Grant(String binding, RoleRef role, Subject subject, List<PolicyRule> rules) {
        String reason() {
            String whom = subject.kind().equals("ServiceAccount")
                    ? subject.name() + "/" + subject.namespace()
                    : subject.name();
            return "RBAC: allowed by " + binding + " of " + role.kind() + " \"" + role.name() + "\" to "
                    + subject.kind() + " \"" + whom + "\"";
        }
    }

    private List<Grant> grants(User user, String namespace) {
        Snapshot now = cluster.get();
        var account = user.findServiceAccount();
        var grants = new ArrayList<Grant>();
        for (var entry : now.list(ClusterRoleBindings.DEFINITION, "")) {
            ClusterRoleBinding binding = ClusterRoleBinding.of(entry.value().tree());
            String name = "ClusterRoleBinding \"" + binding.name() + "\"";
            for (Subject subject : binding.subjects())
                if (is(user, account, subject, ""))
                    grants.add(new Grant(name, binding.roleRef(), subject, rulesOf(now, binding.roleRef(), "")));
        }
        if (namespace.isEmpty()) return grants;
        for (var entry : now.list(RoleBindings.DEFINITION, namespace)) {
            RoleBinding binding = RoleBinding.of(entry.value().tree());
            String name = "RoleBinding \"" + binding.name() + "/" + namespace + "\"";
            for (Subject subject : binding.subjects())
                if (is(user, account, subject, namespace))
                    grants.add(new Grant(name, binding.roleRef(), subject, rulesOf(now, binding.roleRef(), namespace)));
        }
        return grants;
    }

    /// The rules of the role that a binding of `namespace` refers to; none when it is missing.
    public static List<PolicyRule> rulesOf(Snapshot cluster, RoleRef role, String namespace) {
        return role.kind().equals("Role")
                ? cluster.find(Roles.DEFINITION, namespace, role.name())
                        .map(stored -> Role.of(stored.tree()).rules())
                        .orElse(List.of())
                : cluster.find(ClusterRoles.DEFINITION, "", role.name())
                        .map(stored -> ClusterRole.of(stored.tree()).rules())
                        .orElse(List.of());
    }

    private static boolean is(
            User user, Optional<ServiceAccountName> account, Subject subject, String bindingNamespace) {
        return switch (subject.kind()) {
            case "User" -> user.name().equals(subject.name());
            case "Group" -> user.in(subject.name());
            case "ServiceAccount" -> {
                String namespace = subject.namespace().isEmpty() ? bindingNamespace : subject.namespace();
                yield account.isPresent()
                        && account.get().namespace().equals(namespace)
                        && account.get().name().equals(subject.name());
            }
            default -> false;
        };
    }

    static boolean allows(PolicyRule rule, Attributes what) {
        if (!matches(rule.verbs(), what.verb())) return false;
        if (!what.isResource()) return rule.nonResourceURLs().stream().anyMatch(url -> covers(url, what.path()));
        return matches(rule.apiGroups(), what.group())
                && rule.resources().stream().anyMatch(resource -> covers(resource, what.resource(), what.subresource()))
                && (rule.resourceNames().isEmpty() || rule.resourceNames().contains(what.name()));
    }

    private static boolean matches(List<String> allowed, String wanted) {
        return allowed.contains("*") || allowed.contains(wanted);
    }

    /// `*` is everything, `pods/log` one subresource, `*/scale` that subresource of everything.
    private static boolean covers(String allowed, String resource, String subresource) {
        String wanted = subresource.isEmpty() ? resource : resource + "/" + subresource;
        return allowed.equals("*")
                || allowed.equals(wanted)
                || !subresource.isEmpty() && allowed.equals("*/" + subresource);
    }

    private static boolean covers(String url, String path) {
        return url.equals("*")
                || url.equals(path)
                || url.endsWith("*") && path.startsWith(url.substring(0, url.length() - 1));
    }
}
