package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// `create clusterrole`
final class CreateClusterRole extends Creator {
    CreateClusterRole() {
        super("clusterrole", "Create a cluster role", "NAME --verb=verb --resource=resource.group");
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return known.commas("verb", "resource", "non-resource-url")
                .list("resource-name")
                .text("aggregation-rule");
    }

    @Override
    ObjectTree object(Session session, String name) {
        ObjectTree role = Objects.of("rbac.authorization.k8s.io/v1", "ClusterRole", name);
        String aggregation = session.flags().text("aggregation-rule");
        if (aggregation.isEmpty()) return role.with("rules", ListTree.from(PolicyRules.of(session)));
        if (session.flags().has("verb")
                || session.flags().has("resource")
                || session.flags().has("resource-name")
                || session.flags().has("non-resource-url"))
            throw Failure.error("aggregation rule must be specified without verbs, nonResourceURLs or resources");
        ObjectTree selector = ObjectTree.of("matchLabels", Objects.labels(aggregation));
        return role.with("rules", Tree.NULL)
                .with("aggregationRule", ObjectTree.of("clusterRoleSelectors", ListTree.of(selector)));
    }
}
