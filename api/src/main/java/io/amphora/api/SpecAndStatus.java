package io.amphora.api;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.function.Function;

/// What the kinds share that keep what is wanted in `spec` and what is in `status`, each written through its
/// own path:
/// the main resource never changes the status, the subresource `status` nothing but it (and metadata).
public abstract class SpecAndStatus<T extends ApiObject> implements Strategy<T> {
    private final Function<ObjectTree, T> type;

    protected SpecAndStatus(Function<ObjectTree, T> type) {
        this.type = type;
    }

    @Override
    public T prepareForCreate(T object) {
        return type.apply(object.tree().without("status"));
    }

    @Override
    public T prepareForUpdate(T updated, T stored) {
        return type.apply(restore(updated.tree(), stored.tree(), "status"));
    }

    /// For `status`; other subresources have rules of their own.
    @Override
    public T prepareForUpdate(String subresource, T updated, T stored) {
        if (!subresource.equals("status")) return updated;
        ObjectTree tree = restoreAllBut("status", updated.tree(), stored.tree());
        return type.apply(statusKeepsMetadata() ? Metadata.restored(tree, stored.tree()) : tree);
    }

    /// Whether a write of the status leaves labels, annotations, finalizers and owners as they are.
    protected boolean statusKeepsMetadata() {
        return false;
    }

    /// `tree` with the value that `stored` has at a name, or without it where `stored` has none.
    public static ObjectTree restore(ObjectTree tree, ObjectTree stored, String name) {
        Tree value = stored.find(name);
        return value == null ? tree.without(name) : tree.with(name, value);
    }

    /// `stored`, but with the metadata and one more field of `tree`.
    public static ObjectTree restoreAllBut(String name, ObjectTree tree, ObjectTree stored) {
        return restore(restore(stored, tree, name), tree, "metadata");
    }
}
