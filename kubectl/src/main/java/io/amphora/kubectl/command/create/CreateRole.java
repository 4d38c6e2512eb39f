package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;

/// `create role`
final class CreateRole extends Creator {
    CreateRole() {
        super("role", "Create a role with single rule", "NAME --verb=verb --resource=resource.group/subresource");
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return known.commas("verb", "resource").list("resource-name");
    }

    @Override
    ObjectTree object(Session session, String name) {
        return Objects.of("rbac.authorization.k8s.io/v1", "Role", name)
                .with("rules", ListTree.from(PolicyRules.of(session)));
    }
}
