package io.amphora.controllers;

import io.amphora.api.ApiObject;
import io.amphora.client.Target;

/// Names an object that a controller works on.
public record Key(Target<?> target, String namespace, String name) {
    public static Key of(Target<?> target, ApiObject object) {
        return new Key(target, object.namespace(), object.name());
    }

    @Override
    public String toString() {
        return target + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
    }
}
