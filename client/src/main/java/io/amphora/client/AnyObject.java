package io.amphora.client;

import io.amphora.api.ApiObject;
import io.amphora.api.meta.v1.ObjectMeta;
import io.amphora.machinery.tree.ObjectTree;

/// An object of a kind that is known only at runtime, such as a custom resource.
public record AnyObject(ObjectTree tree) implements ApiObject {
    @Override
    public ObjectMeta metadata() {
        return ObjectMeta.of(tree.object("metadata"));
    }

    @Override
    public AnyObject withMetadata(ObjectMeta metadata) {
        return new AnyObject(tree.with("metadata", metadata.tree()));
    }
}
