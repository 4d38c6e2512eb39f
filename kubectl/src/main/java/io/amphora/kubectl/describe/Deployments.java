package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;

/// A Deployment, its template and its ReplicaSets.
final class Deployments implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree deployment = found.object();
        ObjectTree metadata = deployment.object("metadata");
        ObjectTree spec = deployment.object("spec");
        ObjectTree status = deployment.object("status");
        Describer.named(found, page);
        page.field("CreationTimestamp", Page.time(metadata.text("creationTimestamp")));
        page.labels("Labels", metadata.object("labels"));
        page.annotations("Annotations", metadata.object("annotations"));
        page.field("Selector", LabelSelector.of(spec.get("selector")).toString());
        page.field(
                "Replicas",
                spec.whole("replicas") + " desired | " + status.whole("updatedReplicas") + " updated | "
                        + status.whole("replicas") + " total | " + status.whole("availableReplicas") + " available | "
                        + status.whole("unavailableReplicas") + " unavailable");
        ObjectTree strategy = spec.object("strategy");
        page.field("StrategyType", strategy.text("type"));
        page.field("MinReadySeconds", spec.whole("minReadySeconds"));
        ObjectTree rolling = strategy.object("rollingUpdate");
        if (!rolling.isEmpty())
            page.field(
                    "RollingUpdateStrategy",
                    Page.text(rolling.get("maxUnavailable")) + " max unavailable, " + Page.text(rolling.get("maxSurge"))
                            + " max surge");
        PodTemplates.describe(page, spec.object("template"));
        ReplicaSets.conditions(page, status.list("conditions"));
        replicaSets(found, page, look);
        look.events(found, page);
    }

    private static void replicaSets(Found found, Page page, Look look) {
        ObjectTree spec = found.object().object("spec");
        List<ObjectTree> sets = look.owned("replicasets.apps", found, spec.get("selector"));
        ObjectTree wanted = withoutHash(spec.object("template"));
        var old = new ArrayList<String>();
        String current = "<none>";
        for (ObjectTree set : sets) {
            String shown = set.object("metadata").text("name") + " ("
                    + set.object("status").whole("replicas") + "/"
                    + set.object("spec").whole("replicas") + " replicas created)";
            if (withoutHash(set.object("spec").object("template")).equals(wanted)) current = shown;
            else old.add(shown);
        }
        page.field("OldReplicaSets", old.isEmpty() ? "<none>" : String.join(", ", old));
        page.field("NewReplicaSet", current);
    }

    private static ObjectTree withoutHash(ObjectTree template) {
        return template.withoutAt("metadata", "labels", "pod-template-hash").withoutAt("metadata", "creationTimestamp");
    }
}
