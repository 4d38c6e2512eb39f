package io.amphora.controllers.volume;

import io.amphora.api.ApiObject;
import io.amphora.api.ResourceDefinition;
import io.amphora.client.PatchType;
import io.amphora.controllers.Action;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// Adds and removes what keeps an object from going.
final class Finalizers {
    private Finalizers() {}

    static <T extends ApiObject> Action with(ResourceDefinition<T> kind, T object, String finalizer) {
        var finalizers = new ArrayList<>(object.metadata().finalizers());
        finalizers.add(finalizer);
        return set(kind, object, finalizers);
    }

    static <T extends ApiObject> Action without(ResourceDefinition<T> kind, T object, String finalizer) {
        return set(
                kind,
                object,
                object.metadata().finalizers().stream()
                        .filter(each -> !each.equals(finalizer))
                        .toList());
    }

    /// The version keeps it from undoing somebody else's change.
    private static <T extends ApiObject> Action set(ResourceDefinition<T> kind, T object, List<String> finalizers) {
        Tree list = finalizers.isEmpty() ? Tree.NULL : ListTree.from(finalizers);
        var metadata = ObjectTree.of(
                "finalizers", list, "resourceVersion", object.metadata().resourceVersion(), "uid", object.uid());
        return Action.patch(kind, object, PatchType.MERGE, ObjectTree.of("metadata", metadata));
    }
}
