package io.amphora.apiserver.registry;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.codec.StrictDecoder;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.tree.ObjectTree;

/// Between the version that a client speaks and the one that is stored.
public final class Versions {
    private Versions() {}

    public static boolean isStored(ResourceDefinition<?> kind) {
        return kind.storage() == null;
    }

    /// A stored object in the version of `kind`.
    public static ObjectTree shown(ResourceDefinition<?> kind, Stored object) {
        return shown(kind, object.tree());
    }

    public static ObjectTree shown(ResourceDefinition<?> kind, ObjectTree stored) {
        ResourceDefinition.Conversion conversion = kind.storage();
        if (conversion != null) return named(kind, conversion.fromStored().apply(stored));
        // What was stored before its definition named another version to be stored has the old name.
        boolean same = stored.text("apiVersion").equals(kind.gvk().apiVersion());
        return same || kind.isBuiltIn() ? stored : named(kind, stored);
    }

    /// An object of `kind` in the version that is stored.
    public static ObjectTree stored(ResourceDefinition<?> kind, ObjectTree object) {
        ResourceDefinition.Conversion conversion = kind.storage();
        return conversion == null
                ? object
                : named(conversion.stored(), conversion.toStored().apply(object));
    }

    private static ObjectTree named(ResourceDefinition<?> kind, ObjectTree object) {
        ObjectTree canonical = StrictDecoder.decode(object, kind.schema()).tree();
        return canonical.with("apiVersion", kind.gvk().apiVersion()).with("kind", kind.kind());
    }
}
