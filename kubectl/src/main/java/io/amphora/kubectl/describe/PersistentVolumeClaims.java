package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A claim to a volume.
final class PersistentVolumeClaims implements Describer {
    private static final Map<String, String> SHORT =
            Map.of("ReadWriteOnce", "RWO", "ReadOnlyMany", "ROX", "ReadWriteMany", "RWX", "ReadWriteOncePod", "RWOP");

    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree claim = found.object();
        ObjectTree metadata = claim.object("metadata");
        ObjectTree spec = claim.object("spec");
        ObjectTree status = claim.object("status");
        Describer.named(found, page);
        page.field("StorageClass", spec.text("storageClassName"));
        page.field(
                "Status",
                metadata.has("deletionTimestamp")
                        ? "Terminating (lasts " + look.since(metadata.text("deletionTimestamp")) + ")"
                        : status.text("phase"));
        page.field("Volume", spec.text("volumeName"));
        page.labels("Labels", metadata.object("labels"));
        page.annotations("Annotations", metadata.object("annotations"));
        page.field("Finalizers", finalizers(metadata));
        boolean bound = !spec.text("volumeName").isEmpty();
        page.field("Capacity", bound ? status.object("capacity").text("storage") : "");
        page.field("Access Modes", bound ? modes(status.list("accessModes")) : "");
        page.fieldUnlessEmpty("VolumeMode", spec.text("volumeMode"));
        ObjectTree source = spec.object("dataSource");
        if (!source.isEmpty()) {
            page.line("DataSource:");
            if (source.has("apiGroup")) page.field(1, "APIGroup", source.text("apiGroup"));
            page.field(1, "Kind", source.text("kind"));
            page.field(1, "Name", source.text("name"));
        }
        users(page, look, found);
        conditions(page, status.list("conditions"));
        look.events(found, page);
    }

    private static void users(Page page, Look look, Found found) {
        List<String> users = look.list("pods", found.namespace()).stream()
                .filter(pod -> pod.object("spec").list("volumes").stream()
                        .anyMatch(volume -> volume.object()
                                .object("persistentVolumeClaim")
                                .text("claimName")
                                .equals(found.name())))
                .map(pod -> pod.object("metadata").text("name"))
                .toList();
        if (users.isEmpty()) page.field("Used By", "<none>");
        String head = "Used By:";
        for (String user : users) {
            page.line(head + "\t" + user);
            head = "";
        }
    }

    private static void conditions(Page page, ListTree conditions) {
        if (conditions.isEmpty()) return;
        page.line("Conditions:\n  Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage"
                + "\n  ----\t------\t-----------------\t------------------\t------\t-------");
        for (Tree each : conditions) {
            ObjectTree condition = each.object();
            page.line(
                    1,
                    condition.text("type") + " \t" + condition.text("status") + " \t"
                            + Page.time(condition.text("lastProbeTime")) + " \t"
                            + Page.time(condition.text("lastTransitionTime")) + " \t" + condition.text("reason") + " \t"
                            + condition.text("message"));
        }
    }

    static String finalizers(ObjectTree metadata) {
        List<String> all = metadata.list("finalizers").stream().map(Page::text).toList();
        return "[" + String.join(" ", all) + "]";
    }

    /// `RWO,ROX`.
    static String modes(ListTree modes) {
        return modes.stream()
                .map(Page::text)
                .map(mode -> SHORT.getOrDefault(mode, mode))
                .collect(Collectors.joining(","));
    }

    /// A claim that is made for every Pod.
    static void template(Page page, int level, ObjectTree claim) {
        ObjectTree spec = claim.object("spec");
        String space = "  ".repeat(level);
        page.field(level, "StorageClass", spec.text("storageClassName"));
        page.labels(space + "Labels", claim.object("metadata").object("labels"));
        page.annotations(space + "Annotations", claim.object("metadata").object("annotations"));
        String size = spec.object("resources").object("requests").text("storage");
        page.field(level, "Capacity", size.isEmpty() ? "<default>" : size);
        List<String> modes = spec.list("accessModes").stream().map(Page::text).toList();
        page.field(level, "Access Modes", "[" + String.join(" ", modes) + "]");
    }
}
