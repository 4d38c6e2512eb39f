package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// A RoleBinding or a ClusterRoleBinding: who may.
final class RoleBindings implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree binding = found.object();
        ObjectTree metadata = binding.object("metadata");
        page.field("Name", found.name());
        page.labels("Labels", metadata.object("labels"));
        page.annotations("Annotations", metadata.object("annotations"));
        page.line("Role:");
        page.field(1, "Kind", binding.object("roleRef").text("kind"));
        page.field(1, "Name", binding.object("roleRef").text("name"));
        page.line("Subjects:");
        page.line(1, "Kind\tName\tNamespace");
        page.line(1, "----\t----\t---------");
        for (Tree each : binding.list("subjects")) {
            ObjectTree subject = each.object();
            page.line(1, subject.text("kind") + "\t" + subject.text("name") + "\t" + subject.text("namespace"));
        }
    }
}
