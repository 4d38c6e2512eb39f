package io.amphora.controllers;

import io.amphora.api.ApiObject;
import io.amphora.api.GroupVersionKind;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.Optional;

/// Owner references (meta/v1). Of an object's owners at most one is its controller.
public final class Owners {
    private Owners() {}

    /// The reference that makes `owner` an object's controller, and keeps it from going (in the foreground)
    /// before
    /// the object.
    public static ObjectTree reference(ApiObject owner) {
        return ObjectTree.builder()
                .put("apiVersion", owner.apiVersion())
                .put("blockOwnerDeletion", true)
                .put("controller", true)
                .put("kind", owner.kind())
                .put("name", owner.name())
                .put("uid", owner.uid())
                .build();
    }

    public static Optional<ObjectTree> findController(ApiObject object) {
        for (Tree owner : object.tree().object("metadata").list("ownerReferences"))
            if (owner.object().bool("controller")) return Optional.of(owner.object());
        return Optional.empty();
    }

    public static boolean isControlledBy(ApiObject object, ApiObject owner) {
        return findController(object)
                .map(reference -> reference.text("uid").equals(owner.uid()))
                .orElse(false);
    }

    public static boolean hasController(ApiObject object) {
        return findController(object).isPresent();
    }

    /// Whether a reference is to this kind, in whichever version of its group.
    public static boolean isKind(ObjectTree reference, GroupVersionKind gvk) {
        var named = GroupVersionKind.of(reference.text("apiVersion"), reference.text("kind"));
        return named.group().equals(gvk.group()) && named.kind().equals(gvk.kind());
    }
}
