package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.output.GoJson;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Set;

/// Parts of manifests.
final class Objects {
    static final Set<String> CLUSTER_WIDE = Set.of("Namespace", "ClusterRole", "ClusterRoleBinding", "PriorityClass");

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private Objects() {}

    static ObjectTree of(String apiVersion, String kind, String name) {
        return ObjectTree.of("apiVersion", apiVersion, "kind", kind, "metadata", ObjectTree.of("name", name));
    }

    static ObjectTree annotated(ObjectTree object) {
        return object.withAt(Tree.of(GoJson.write(object) + "\n"), "metadata", "annotations", LAST_APPLIED);
    }

    static ListTree texts(List<String> texts) {
        return ListTree.from(texts);
    }

    /// `80` is a number, `http` a text.
    static Tree intOrText(String text) {
        return text.matches("\\d+") ? Tree.of(Long.parseLong(text)) : Tree.of(text);
    }

    /// `a=b,c=d`.
    static ObjectTree labels(String text) {
        ObjectTree labels = ObjectTree.EMPTY;
        for (String pair : text.split(",")) {
            int equals = pair.indexOf('=');
            if (equals <= 0 || pair.indexOf('=', equals + 1) >= 0)
                throw Failure.error("unexpected label spec: " + pair);
            labels = labels.with(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return labels;
    }
}
