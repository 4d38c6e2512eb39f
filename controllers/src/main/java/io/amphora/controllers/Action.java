package io.amphora.controllers;

import io.amphora.api.ApiObject;
import io.amphora.api.ResourceDefinition;
import io.amphora.client.DeleteOptions;
import io.amphora.client.EventRecorder;
import io.amphora.client.ListOptions;
import io.amphora.client.PatchType;
import io.amphora.client.Target;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// One thing that a plan wants done. A description only; the runner carries it out.
public sealed interface Action {
    record Create(Target<?> target, ApiObject object) implements Action {}

    /// Replaces the object, if it still is at its resourceVersion.
    record Update(Target<?> target, ApiObject object, String subresource) implements Action {}

    record Patch(Target<?> target, String namespace, String name, PatchType type, Tree patch, String subresource)
            implements Action {}

    record Delete(Target<?> target, String namespace, String name, String uid, DeleteOptions options)
            implements Action {}

    record DeleteCollection(Target<?> target, String namespace) implements Action {}

    /// Posts to a subresource.
    record Post(Target<?> target, String namespace, String name, String subresource, Tree body) implements Action {}

    /// Asks the server itself, where what was seen may be too old to decide on.
    record Read(Target<?> target, String namespace, String name, String subresource) implements Action {}

    /// Lists from the server itself.
    record ReadAll(Target<?> target, String namespace, ListOptions which) implements Action {}

    /// @param regarding an ObjectReference (core/v1)
    record Event(ObjectTree regarding, String type, String reason, String message) implements Action {}

    static <T extends ApiObject> Action create(ResourceDefinition<T> kind, T object) {
        return new Create(Target.of(kind), object);
    }

    static <T extends ApiObject> Action update(ResourceDefinition<T> kind, T object) {
        return new Update(Target.of(kind), object, "");
    }

    static <T extends ApiObject> Action updateStatus(ResourceDefinition<T> kind, T object) {
        return updateSubresource(kind, object, "status");
    }

    /// Replaces what a subresource covers of the object: `approval`, say.
    static <T extends ApiObject> Action updateSubresource(ResourceDefinition<T> kind, T object, String subresource) {
        return new Update(Target.of(kind), object, subresource);
    }

    /// Deletes this very object, not another one that has taken its name.
    static <T extends ApiObject> Action delete(ResourceDefinition<T> kind, T object) {
        return delete(kind, object, DeleteOptions.PLAIN);
    }

    static <T extends ApiObject> Action delete(ResourceDefinition<T> kind, T object, DeleteOptions options) {
        return new Delete(
                Target.of(kind), object.namespace(), object.name(), object.uid(), options.withUid(object.uid()));
    }

    static <T extends ApiObject> Action patch(ResourceDefinition<T> kind, T object, PatchType type, Tree patch) {
        return new Patch(Target.of(kind), object.namespace(), object.name(), type, patch, "");
    }

    static <T extends ApiObject> Action patchStatus(ResourceDefinition<T> kind, T object, PatchType type, Tree patch) {
        return new Patch(Target.of(kind), object.namespace(), object.name(), type, patch, "status");
    }

    /// Makes `owner` the controller of an object that has none.
    ///
    /// @param finalizer what the object is to bear from now on; "" for none
    static <T extends ApiObject> Action adopt(ResourceDefinition<T> kind, T object, ApiObject owner, String finalizer) {
        ObjectTree metadata =
                ObjectTree.of("uid", object.uid(), "ownerReferences", ListTree.of(Owners.reference(owner)));
        if (!finalizer.isEmpty()) metadata = metadata.with("finalizers", ListTree.of(Tree.of(finalizer)));
        return patch(kind, object, PatchType.STRATEGIC, ObjectTree.of("metadata", metadata));
    }

    /// Makes `owner` an owner no longer.
    ///
    /// @param finalizer what the object bore for the owner's sake; "" for none
    static <T extends ApiObject> Action release(
            ResourceDefinition<T> kind, T object, ApiObject owner, String finalizer) {
        ObjectTree gone = ObjectTree.of("$patch", "delete", "uid", owner.uid());
        ObjectTree metadata = ObjectTree.of("uid", object.uid(), "ownerReferences", ListTree.of(gone));
        if (!finalizer.isEmpty())
            metadata = metadata.with("$deleteFromPrimitiveList/finalizers", ListTree.of(Tree.of(finalizer)));
        return patch(kind, object, PatchType.STRATEGIC, ObjectTree.of("metadata", metadata));
    }

    static Action normal(ApiObject regarding, String reason, String message) {
        return new Event(EventRecorder.reference(regarding), "Normal", reason, message);
    }

    static Action warning(ApiObject regarding, String reason, String message) {
        return new Event(EventRecorder.reference(regarding), "Warning", reason, message);
    }
}
