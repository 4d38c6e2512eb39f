package io.amphora.api;

import io.amphora.machinery.tree.ObjectTree;

/// Small changes to `metadata` that strategies share.
public final class Metadata {
    private static final String[] OF_CLIENTS = {"labels", "annotations", "finalizers", "ownerReferences"};

    private Metadata() {}

    /// `tree` with what clients write in metadata as `stored` has it.
    public static ObjectTree restored(ObjectTree tree, ObjectTree stored) {
        return restored(tree, stored, OF_CLIENTS);
    }

    /// `tree` with some fields of metadata as `stored` has them.
    public static ObjectTree restored(ObjectTree tree, ObjectTree stored, String... names) {
        ObjectTree metadata = tree.object("metadata");
        for (String name : names) metadata = SpecAndStatus.restore(metadata, stored.object("metadata"), name);
        return tree.with("metadata", metadata);
    }
}
