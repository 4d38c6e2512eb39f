package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;

/// `create clusterrolebinding`
final class CreateClusterRoleBinding extends Creator {
    CreateClusterRoleBinding() {
        super(
                "clusterrolebinding",
                "Create a cluster role binding for a particular cluster role",
                "NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]");
    }

    @Override
    String failing() {
        return "failed to create clusterrolebinding: ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return Subjects.flags(known).require("clusterrole");
    }

    @Override
    ObjectTree object(Session session, String name) {
        return Subjects.on(
                session.flags(),
                Objects.of("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", name),
                "ClusterRole",
                session.flags().text("clusterrole"));
    }
}
