package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;

/// How one kind is described.
interface Describer {
    void describe(Found found, Page page, Look look);

    /// The first lines of most kinds.
    static void head(Found found, Page page) {
        named(found, page);
        var metadata = found.object().object("metadata");
        page.labels("Labels", metadata.object("labels"));
        page.annotations("Annotations", metadata.object("annotations"));
    }

    static void named(Found found, Page page) {
        page.field("Name", found.name());
        if (found.kind().namespaced()) page.field("Namespace", found.namespace());
    }
}
