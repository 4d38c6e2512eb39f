package io.amphora.apiserver.registry;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.codec.StrictDecoder;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.tree.ObjectTree;

/// Between the version that a client speaks and the one that is stored.
public final class Versions {
    private Versions() {}

    /// Whether the bytes in the store are what is shown of an object.
    public static boolean isAsStored(ResourceDefinition<?> kind, Stored object) {
        return kind.storage() == null && (kind.isBuiltIn() || object.isToday(kind));
    }

    /// A stored object in the version of `kind`.
    public static ObjectTree shown(ResourceDefinition<?> kind, Stored object) {
        return isAsStored(kind, object) ? object.tree() : shown(kind, object.tree());
    }

    public static ObjectTree shown(ResourceDefinition<?> kind, ObjectTree stored) {
        if (!kind.isBuiltIn()) return kind.strategy().fromStore(stored);
        ResourceDefinition.Conversion conversion = kind.storage();
        return conversion == null ? stored : named(kind, conversion.fromStored().apply(stored));
    }

    /// An object of `kind` in the version that is stored.
    public static ObjectTree stored(ResourceDefinition<?> kind, ObjectTree object) {
        ResourceDefinition.Conversion conversion = kind.storage();
        if (conversion == null) return object;
        ObjectTree stored = conversion.toStored().apply(object);
        return kind.isBuiltIn() ? named(conversion.stored(), stored) : stored;
    }

    /// An object of `kind` in the version whose rules hold ([Write#ruling]).
    static ObjectTree ruled(ResourceDefinition<?> kind, ObjectTree object) {
        return kind.isBuiltIn() ? stored(kind, object) : object;
    }

    /// An object in the version whose rules hold, as `kind` shows it.
    static ObjectTree ofRuled(ResourceDefinition<?> kind, ObjectTree ruled) {
        return kind.isBuiltIn() ? shown(kind, ruled) : ruled;
    }

    /// An object in the version whose rules hold, as it is stored.
    static ObjectTree storedOfRuled(ResourceDefinition<?> kind, ObjectTree ruled) {
        return kind.isBuiltIn() ? ruled : stored(kind, ruled);
    }

    private static ObjectTree named(ResourceDefinition<?> kind, ObjectTree object) {
        ObjectTree canonical = StrictDecoder.decode(object, kind.schema()).tree();
        return canonical.with("apiVersion", kind.gvk().apiVersion()).with("kind", kind.kind());
    }
}
