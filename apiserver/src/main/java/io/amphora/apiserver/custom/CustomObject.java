package io.amphora.apiserver.custom;

import io.amphora.api.ApiObject;
import io.amphora.api.meta.v1.ObjectMeta;
import io.amphora.machinery.tree.ObjectTree;

/// An object of a kind that a client defined.
public record CustomObject(ObjectTree tree) implements ApiObject {
    @Override
    public ObjectMeta metadata() {
        return ObjectMeta.of(tree.object("metadata"));
    }

    @Override
    public CustomObject withMetadata(ObjectMeta metadata) {
        return new CustomObject(tree.with("metadata", metadata.tree()));
    }
}
