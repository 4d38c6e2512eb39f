package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// A ReplicaSet or a ReplicationController, and its template.
final class ReplicaSets implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree set = found.object();
        ObjectTree metadata = set.object("metadata");
        ObjectTree spec = set.object("spec");
        boolean old = found.kind().plural().equals("replicationcontrollers");
        LabelSelector selector =
                old ? LabelSelector.ofLabels(spec.object("selector")) : LabelSelector.of(spec.get("selector"));
        Describer.named(found, page);
        page.field("Selector", selector.toString());
        page.labels("Labels", metadata.object("labels"));
        page.annotations("Annotations", metadata.object("annotations"));
        page.fieldUnlessEmpty("Controlled By", Look.controller(set));
        page.field(
                "Replicas",
                set.object("status").whole("replicas") + " current / " + spec.whole("replicas") + " desired");
        Tree labels = old ? ObjectTree.of("matchLabels", spec.object("selector")) : spec.get("selector");
        page.field("Pods Status", look.podsStatus(look.owned("pods", found, labels)));
        PodTemplates.describe(page, spec.object("template"));
        conditions(page, set.object("status").list("conditions"));
        look.events(found, page);
    }

    static void conditions(Page page, ListTree conditions) {
        if (conditions.isEmpty()) return;
        page.line("Conditions:\n  Type\tStatus\tReason\n  ----\t------\t------");
        for (Tree each : conditions) {
            ObjectTree condition = each.object();
            page.line(1, condition.text("type") + " \t" + condition.text("status") + "\t" + condition.text("reason"));
        }
    }
}
