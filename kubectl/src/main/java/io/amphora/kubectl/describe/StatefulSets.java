package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// A StatefulSet, its template and its claims.
final class StatefulSets implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree set = found.object();
        ObjectTree metadata = set.object("metadata");
        ObjectTree spec = set.object("spec");
        Describer.named(found, page);
        page.field("CreationTimestamp", Page.time(metadata.text("creationTimestamp")));
        page.field("Selector", LabelSelector.of(spec.get("selector")).toString());
        page.labels("Labels", metadata.object("labels"));
        page.annotations("Annotations", metadata.object("annotations"));
        page.field(
                "Replicas",
                spec.whole("replicas") + " desired | " + set.object("status").whole("replicas") + " total");
        ObjectTree strategy = spec.object("updateStrategy");
        page.field("Update Strategy", strategy.text("type"));
        ObjectTree rolling = strategy.object("rollingUpdate");
        if (rolling.has("partition")) {
            page.field("  Partition", rolling.whole("partition"));
            if (rolling.has("maxUnavailable")) page.field("  MaxUnavailable", Page.text(rolling.get("maxUnavailable")));
        }
        page.field("Pods Status", look.podsStatus(look.owned("pods", found, spec.get("selector"))));
        PodTemplates.describe(page, spec.object("template"));
        claims(page, spec.list("volumeClaimTemplates"));
        look.events(found, page);
    }

    private static void claims(Page page, ListTree templates) {
        if (templates.isEmpty()) {
            page.field("Volume Claims", "<none>");
            return;
        }
        page.line("Volume Claims:");
        for (Tree each : templates) {
            ObjectTree claim = each.object();
            page.field("  Name", claim.object("metadata").text("name"));
            PersistentVolumeClaims.template(page, 1, claim);
        }
    }
}
