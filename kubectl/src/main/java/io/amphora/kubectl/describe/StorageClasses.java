package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// A StorageClass.
final class StorageClasses implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree storage = found.object();
        ObjectTree annotations = storage.object("metadata").object("annotations");
        boolean usual =
                annotations.text("storageclass.kubernetes.io/is-default-class").equals("true")
                        || annotations
                                .text("storageclass.beta.kubernetes.io/is-default-class")
                                .equals("true");
        page.field("Name", found.name());
        page.field("IsDefaultClass", usual ? "Yes" : "No");
        page.field("Annotations", Page.joined(annotations));
        page.field("Provisioner", storage.text("provisioner"));
        page.field("Parameters", Page.joined(storage.object("parameters")));
        page.field(
                "AllowVolumeExpansion",
                storage.has("allowVolumeExpansion") ? Page.yes(storage.bool("allowVolumeExpansion")) : "<unset>");
        if (storage.list("mountOptions").isEmpty()) page.field("MountOptions", "<none>");
        else {
            page.line("MountOptions:");
            for (Tree option : storage.list("mountOptions")) page.line(1, Page.text(option));
        }
        page.fieldUnlessEmpty("ReclaimPolicy", storage.text("reclaimPolicy"));
        page.fieldUnlessEmpty("VolumeBindingMode", storage.text("volumeBindingMode"));
        topologies(page, storage.list("allowedTopologies"));
        look.events(found, page);
    }

    private static void topologies(Page page, ListTree topologies) {
        if (topologies.isEmpty()) return;
        page.line("AllowedTopologies:\t");
        int number = 0;
        for (Tree term : topologies) {
            String head = "Term " + number++ + ":";
            for (Tree each : term.object().list("matchLabelExpressions")) {
                List<String> values =
                        each.object().list("values").stream().map(Page::text).toList();
                page.line(1, head + "\t" + each.object().text("key") + " in [" + String.join(", ", values) + "]");
                head = "";
            }
        }
    }
}
