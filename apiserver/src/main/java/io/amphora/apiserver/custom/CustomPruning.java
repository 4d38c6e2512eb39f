package io.amphora.apiserver.custom;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes away what a schema does not have, and nulls where none may be and no default stands in for them. What has
/// nothing to lose stays the same tree.
final class CustomPruning {
    private static final List<String> COMMON = List.of("apiVersion", "kind", "metadata");

    private CustomPruning() {}

    /// @param object whole: its apiVersion, kind and metadata are the server's own
    static ObjectTree of(ObjectTree object, ObjectTree schema) {
        return object(object, schema, true);
    }

    private static Tree value(Tree value, ObjectTree schema) {
        return switch (value) {
            case ObjectTree object -> object(object, schema, schema.bool(SchemaShape.EMBEDDED));
            case ListTree list -> list.map(each -> value(each, schema.object("items")));
            default -> value;
        };
    }

    private static ObjectTree object(ObjectTree object, ObjectTree schema, boolean whole) {
        ObjectTree properties = schema.object("properties");
        Tree additional = schema.get("additionalProperties");
        boolean keeps = schema.bool(SchemaShape.PRESERVE) || additional.equals(Tree.of(true));
        return object.map((name, value) -> {
            if (whole && COMMON.contains(name)) return value;
            if (properties.find(name) instanceof ObjectTree known) return kept(value, known);
            if (additional instanceof ObjectTree values) return kept(value, values);
            return keeps ? value : null;
        });
    }

    private static @Nullable Tree kept(Tree value, ObjectTree schema) {
        boolean stray = value.isNull() && !schema.bool("nullable") && !schema.has("default");
        return stray && hasShape(schema) ? null : value(value, schema);
    }

    /// Where everything may stand, null may.
    private static boolean hasShape(ObjectTree schema) {
        return schema.has("type") || schema.bool(SchemaShape.INT_OR_STRING);
    }
}
