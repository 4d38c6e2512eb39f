package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// A volume, and where it comes from.
final class PersistentVolumes implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree metadata = found.object().object("metadata");
        ObjectTree spec = found.object().object("spec");
        ObjectTree status = found.object().object("status");
        Describer.head(found, page);
        page.field("Finalizers", PersistentVolumeClaims.finalizers(metadata));
        page.field("StorageClass", spec.text("storageClassName"));
        page.field(
                "Status",
                metadata.has("deletionTimestamp")
                        ? "Terminating (lasts " + look.since(metadata.text("deletionTimestamp")) + ")"
                        : status.text("phase"));
        ObjectTree claim = spec.object("claimRef");
        page.field("Claim", claim.isEmpty() ? "" : claim.text("namespace") + "/" + claim.text("name"));
        page.field("Reclaim Policy", spec.text("persistentVolumeReclaimPolicy"));
        page.field("Access Modes", PersistentVolumeClaims.modes(spec.list("accessModes")));
        page.fieldUnlessEmpty("VolumeMode", spec.text("volumeMode"));
        page.field("Capacity", spec.object("capacity").text("storage"));
        affinity(page, spec.object("nodeAffinity").object("required"));
        page.field("Message", status.text("message"));
        page.line("Source:");
        Volumes.source(page, spec);
        look.events(found, page);
    }

    private static void affinity(Page page, ObjectTree required) {
        if (required.isEmpty()) {
            page.field("Node Affinity", "<none>");
            return;
        }
        page.line("Node Affinity:\t");
        page.line(1, "Required Terms:\t");
        int number = 0;
        for (Tree term : required.list("nodeSelectorTerms")) {
            String head = "Term " + number++ + ":";
            if (term.object().list("matchExpressions").isEmpty()) page.field(2, head.replace(":", ""), "<none>");
            for (Tree each : term.object().list("matchExpressions")) {
                ObjectTree expression = each.object();
                List<String> values =
                        expression.list("values").stream().map(Page::text).toList();
                String operator = expression.text("operator").toLowerCase(java.util.Locale.ROOT);
                page.line(
                        2,
                        head + "\t" + expression.text("key") + " " + operator
                                + (values.isEmpty() ? "" : " [" + String.join(", ", values) + "]"));
                head = "";
            }
        }
    }
}
