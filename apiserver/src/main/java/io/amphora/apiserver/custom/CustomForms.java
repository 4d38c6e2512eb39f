package io.amphora.apiserver.custom;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.apiextensions.v1.CustomResourceDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitionVersion;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashMap;
import java.util.Map;

/// The schemas of all versions of one definition, and how an object comes from one to another: it is called
/// otherwise, and loses what the other does not have.
///
/// @param schemas by apiVersion, also of versions that are not served (any more)
/// @param storage the apiVersion that is stored
record CustomForms(Map<String, ObjectTree> schemas, String storage) {

    static CustomForms of(CustomResourceDefinition definition) {
        var schemas = new HashMap<String, ObjectTree>();
        String storage = "";
        for (CustomResourceDefinitionVersion version : definition.spec().versions()) {
            String apiVersion = definition.spec().group() + "/" + version.name();
            schemas.put(apiVersion, schema(version));
            if (version.storage()) storage = apiVersion;
        }
        return new CustomForms(Map.copyOf(schemas), storage);
    }

    static ObjectTree schema(CustomResourceDefinitionVersion version) {
        return version.tree().object("schema").object("openAPIV3Schema");
    }

    /// What the store holds, as it is today: pruned and given defaults by the schema of the version that it was
    /// written in. Where nothing has changed since, it is the same tree.
    ObjectTree read(ObjectTree stored, GroupVersionKind wanted) {
        ObjectTree written = schemas.get(stored.text("apiVersion"));
        if (written == null) return read(stored.with("apiVersion", storage), wanted);
        ObjectTree today = CustomDefaults.of(CustomPruning.of(stored, written), written);
        return converted(today, wanted);
    }

    /// An object in another version.
    ObjectTree converted(ObjectTree object, GroupVersionKind wanted) {
        ObjectTree named = object.with("kind", wanted.kind());
        if (object.text("apiVersion").equals(wanted.apiVersion())) return named.equals(object) ? object : named;
        return CustomPruning.of(
                named.with("apiVersion", wanted.apiVersion()),
                schemas.getOrDefault(wanted.apiVersion(), ObjectTree.EMPTY));
    }
}
