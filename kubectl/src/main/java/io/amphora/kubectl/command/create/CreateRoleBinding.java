package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;

/// `create rolebinding`
final class CreateRoleBinding extends Creator {
    CreateRoleBinding() {
        super(
                "rolebinding",
                "Create a role binding for a particular role or cluster role",
                "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]");
    }

    @Override
    String failing() {
        return "failed to create rolebinding: ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return Subjects.flags(known).text("role");
    }

    @Override
    ObjectTree object(Session session, String name) {
        Flags flags = session.flags();
        String role = flags.text("role");
        String cluster = flags.text("clusterrole");
        if (role.isEmpty() == cluster.isEmpty())
            throw Failure.error("exactly one of clusterrole or role must be specified");
        return Subjects.on(
                flags,
                Objects.of("rbac.authorization.k8s.io/v1", "RoleBinding", name),
                role.isEmpty() ? "ClusterRole" : "Role",
                role.isEmpty() ? cluster : role);
    }
}
