package io.amphora.apiserver.registry;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// Tells a change from a write that only says again what is there, which must not make a new version.
final class NoChange {
    private NoChange() {}

    /// The stored object itself, where the updated one differs in nothing but when its managers last wrote.
    static ObjectTree unlessReal(ObjectTree updated, ObjectTree stored) {
        if (updated.equals(stored)) return stored;
        Tree managers = updated.object("metadata").get("managedFields");
        Tree managersBefore = stored.object("metadata").get("managedFields");
        if (managers.equals(managersBefore) || !timeless(managers).equals(timeless(managersBefore))) return updated;
        ObjectTree metadata = updated.object("metadata").with("managedFields", managersBefore);
        return metadata.equals(stored.object("metadata"))
                        && updated.with("metadata", metadata).equals(stored)
                ? stored
                : updated;
    }

    private static Tree timeless(Tree managers) {
        return managers.list().map(entry -> entry.object().without("time"));
    }
}
