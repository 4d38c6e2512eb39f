package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.rbac.v1.ClusterRole;
import io.amphora.api.rbac.v1.ClusterRoles;
import io.amphora.api.rbac.v1.PolicyRule;
import io.amphora.api.rbac.v1.RoleBinding;
import io.amphora.api.rbac.v1.RoleRef;
import io.amphora.api.rbac.v1.Roles;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.auth.Attributes;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.apiserver.auth.RbacAuthorizer;
import io.amphora.apiserver.auth.RuleCover;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// Nobody grants what they may not do themselves, neither by writing a role nor by binding one, unless they
/// have the verb `escalate` or `bind` for it.
public final class RoleEscalation implements AdmissionPlugin {
    private static final String GROUP = "rbac.authorization.k8s.io";
    /// `resourceVersion` is there because a writer may leave it out.
    private static final List<String> COLLECTED =
            List.of("ownerReferences", "finalizers", "managedFields", "resourceVersion");

    private static final List<PolicyRule> EVERYTHING = List.of(
            PolicyRule.of(ObjectTree.of("apiGroups", all(), "resources", all(), "verbs", all())),
            PolicyRule.of(ObjectTree.of("nonResourceURLs", all(), "verbs", all())));

    private final RbacAuthorizer rbac;
    private final Authorizer authorizer;

    /// @param authorizer says who has the verbs
    public RoleEscalation(RbacAuthorizer rbac, Authorizer authorizer) {
        this.rbac = rbac;
        this.authorizer = authorizer;
    }

    private static ListTree all() {
        return ListTree.from(List.of("*"));
    }

    @Override
    public String name() {
        return "RoleEscalation";
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        boolean writes = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!writes
                || !request.resource().group().equals(GROUP)
                || request.user().in(User.MASTERS)) return;
        switch (request.resource().kind()) {
            case "Role", "ClusterRole" -> role(request, ClusterRole.of(object));
            case "RoleBinding", "ClusterRoleBinding" -> binding(request, RoleBinding.of(object));
            default -> {}
        }
    }

    /// Every change counts, whatever it is: a label alone can make a role a part of another one.
    private void role(AdmissionRequest request, ClusterRole role) {
        if (has(request, "escalate", request.resource().plural(), request.namespace(), request.name())) return;
        ClusterRole old = request.old().map(ClusterRole::of).orElse(ClusterRole.EMPTY);
        if (isForGarbageCollection(old.tree(), role.tree())) return;
        requireHeld(request, role.rules());
        if (role.tree().has("aggregationRule") || old.tree().has("aggregationRule")) requireEverything(request);
    }

    /// Whether two states of an object differ only in what the garbage collector has to change.
    private static boolean isForGarbageCollection(ObjectTree old, ObjectTree now) {
        return !old.object("metadata").isEmpty() && lasting(old).equals(lasting(now));
    }

    private static ObjectTree lasting(ObjectTree object) {
        ObjectTree metadata = object.object("metadata");
        for (String field : COLLECTED) metadata = metadata.without(field);
        return object.with("metadata", metadata);
    }

    private void requireEverything(AdmissionRequest request) {
        if (!RuleCover.missing(rbac.rules(request.user(), request.namespace()), EVERYTHING)
                .isEmpty())
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "must have cluster-admin privileges to use the aggregationRule");
    }

    private void binding(AdmissionRequest request, RoleBinding binding) {
        RoleRef role = binding.roleRef();
        if (isForGarbageCollection(request.old().orElse(ObjectTree.EMPTY), binding.tree())) return;
        boolean cluster = role.kind().equals("ClusterRole");
        if (has(request, "bind", cluster ? "clusterroles" : "roles", request.namespace(), role.name())) return;
        var kind = cluster ? ClusterRoles.DEFINITION : Roles.DEFINITION;
        if (request.cluster()
                .find(kind, cluster ? "" : request.namespace(), role.name())
                .isEmpty()) throw ApiException.notFound(request.resource(), role.name());
        requireHeld(request, RbacAuthorizer.rulesOf(request.cluster(), role, request.namespace()));
    }

    private boolean has(AdmissionRequest request, String verb, String resource, String namespace, String name) {
        Attributes what = Attributes.of(request.user(), verb, GROUP, resource, "", namespace, name);
        return authorizer.decide(what) instanceof Authorizer.Decision.Allowed;
    }

    private void requireHeld(AdmissionRequest request, List<PolicyRule> wanted) {
        String missing = RuleCover.missing(rbac.rules(request.user(), request.namespace()), wanted);
        if (missing.isEmpty()) return;
        throw ApiException.forbidden(
                request.resource(),
                request.name(),
                "user \"" + request.user().name() + "\" (groups="
                        + RuleCover.quoted(request.user().groups())
                        + ") is attempting to grant RBAC permissions not currently held:\n" + missing);
    }
}
