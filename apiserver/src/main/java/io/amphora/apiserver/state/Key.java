package io.amphora.apiserver.state;

import io.amphora.api.ResourceDefinition;

/// Where objects lie in the store: `/registry/<group>/<plural>/<namespace>/<name>`, the core group as `core`.
public final class Key {
    private Key() {}

    /// What the keys of all objects of a kind begin with. A second version of a kind lies where the first does.
    public static String prefix(ResourceDefinition<?> kind) {
        ResourceDefinition<?> stored = stored(kind);
        return "/registry/" + (stored.group().isEmpty() ? "core" : stored.group()) + "/" + stored.plural() + "/";
    }

    /// What the keys of a namespace's objects begin with; of all of the kind where `namespace` is "".
    public static String prefix(ResourceDefinition<?> kind, String namespace) {
        return kind.namespaced() && !namespace.isEmpty() ? prefix(kind) + namespace + "/" : prefix(kind);
    }

    public static String of(ResourceDefinition<?> kind, String namespace, String name) {
        return prefix(kind, namespace) + name;
    }

    /// The definition whose form lies in the store.
    public static ResourceDefinition<?> stored(ResourceDefinition<?> kind) {
        return kind.storage() == null ? kind : kind.storage().stored();
    }

    /// What stands before the namespace: the part that all keys of a kind share.
    static String kindOf(String key) {
        int group = key.indexOf('/', 1);
        int plural = key.indexOf('/', group + 1);
        return key.substring(0, key.indexOf('/', plural + 1) + 1);
    }
}
