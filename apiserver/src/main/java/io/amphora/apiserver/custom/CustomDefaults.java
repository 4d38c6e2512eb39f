package io.amphora.apiserver.custom;

import io.amphora.api.SpecAndStatus;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// Fills in what the schema of a definition has for absent fields, and drops nulls where none may be. What lacks
/// nothing stays the same tree.
final class CustomDefaults {
    private CustomDefaults() {}

    /// @param object whole: its apiVersion, kind and metadata are the server's own
    static ObjectTree of(ObjectTree object, ObjectTree schema) {
        ObjectTree filled = object(object, schema);
        for (String name : List.of("apiVersion", "kind", "metadata"))
            filled = SpecAndStatus.restore(filled, object, name);
        return filled;
    }

    private static Tree apply(Tree value, ObjectTree schema) {
        return switch (value) {
            case ObjectTree object -> object(object, schema);
            case ListTree list ->
                schema.find("items") instanceof ObjectTree items ? list.map(each -> apply(each, items)) : list;
            default -> value;
        };
    }

    private static ObjectTree object(ObjectTree object, ObjectTree schema) {
        ObjectTree filled = object;
        for (var property : schema.object("properties")) {
            ObjectTree shape = property.getValue().object();
            Tree value = filled.find(property.getKey());
            if (value == null || value.isNull() && !shape.bool("nullable")) value = shape.find("default");
            filled = value == null
                    ? filled.without(property.getKey())
                    : filled.with(property.getKey(), apply(value, shape));
        }
        if (!(schema.find("additionalProperties") instanceof ObjectTree values)) return filled;
        ObjectTree properties = schema.object("properties");
        return filled.map((name, value) -> {
            if (properties.has(name)) return value;
            if (!value.isNull() || values.bool("nullable")) return apply(value, values);
            Tree standard = values.find("default");
            return standard == null ? null : apply(standard, values);
        });
    }
}
