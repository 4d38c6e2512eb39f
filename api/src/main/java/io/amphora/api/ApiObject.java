package io.amphora.api;

import io.amphora.api.meta.v1.ObjectMeta;

/// A typed look at an object that has an apiVersion, a kind and metadata. Implemented by every generated kind.
public interface ApiObject extends View {
    default String apiVersion() {
        return tree().text("apiVersion");
    }

    default String kind() {
        return tree().text("kind");
    }

    ObjectMeta metadata();

    /// The same object under other metadata.
    ApiObject withMetadata(ObjectMeta metadata);

    default String name() {
        return tree().object("metadata").text("name");
    }

    /// The namespace, "" for an object of the cluster.
    default String namespace() {
        return tree().object("metadata").text("namespace");
    }

    default String uid() {
        return tree().object("metadata").text("uid");
    }
}
