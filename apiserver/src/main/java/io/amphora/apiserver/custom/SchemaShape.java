package io.amphora.apiserver.custom;

import io.amphora.api.schema.Schemas;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.schema.Schema.Field;
import io.amphora.machinery.schema.Schema.Format;
import io.amphora.machinery.schema.Schema.Merge;
import io.amphora.machinery.schema.Schema.Type;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The shape of a custom resource, by the schema of its definition: what pruning, patches and server-side apply walk
/// along. Constraints and defaults are not in it; see [io.amphora.api.apiextensions.v1.SchemaRules] and
/// [CustomDefaults].
final class SchemaShape {
    static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
    static final String EMBEDDED = "x-kubernetes-embedded-resource";
    static final String INT_OR_STRING = "x-kubernetes-int-or-string";

    private static final String METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private SchemaShape() {}

    /// @param schema `openAPIV3Schema`
    ///
    /// @param name of the type in OpenAPI
    static Schema of(String name, ObjectTree schema) {
        return object(name, schema, true);
    }

    private static Schema shape(ObjectTree schema) {
        if (schema.bool(INT_OR_STRING)) return Schema.scalar(Type.INT_OR_STRING, Format.NONE);
        return switch (schema.text("type")) {
            case "object" -> objectOrMap(schema);
            case "array" -> list(schema);
            case "string" -> Schema.scalar(Type.STRING, Format.NONE);
            case "integer" -> Schema.scalar(Type.INTEGER, Format.INT64);
            case "number" -> Schema.scalar(Type.NUMBER, Format.DOUBLE);
            case "boolean" -> Schema.scalar(Type.BOOLEAN, Format.NONE);
            default -> Schema.scalar(Type.ANY, Format.JSON);
        };
    }

    private static Schema objectOrMap(ObjectTree schema) {
        Tree values = schema.get("additionalProperties");
        if (values instanceof ObjectTree items && !schema.has("properties"))
            return Schema.map(shape(items), merge(schema));
        if (values.equals(Tree.of(true)) && !schema.has("properties"))
            return Schema.map(Schema.scalar(Type.ANY, Format.JSON), merge(schema));
        return object("", schema, schema.bool(EMBEDDED));
    }

    private static Schema object(String called, ObjectTree schema, boolean whole) {
        ObjectTree properties = schema.object("properties");
        Set<String> names = new LinkedHashSet<>(properties.names());
        if (whole) names.addAll(List.of("apiVersion", "kind", "metadata"));
        var fields = new ArrayList<Field>();
        for (String name : names) {
            boolean common = whole && List.of("apiVersion", "kind", "metadata").contains(name);
            ObjectTree property = properties.object(name);
            fields.add(common ? field(name, common(name), null) : field(name, shape(property), constant(property)));
        }
        Schema shape = Schema.object(called, merge(schema), keepsUnknown(schema));
        return fields.isEmpty() ? shape : shape.define(fields);
    }

    private static boolean keepsUnknown(ObjectTree schema) {
        return schema.bool(PRESERVE) || schema.get("additionalProperties").equals(Tree.of(true));
    }

    private static Schema common(String name) {
        return name.equals("metadata") ? Schemas.byName(METADATA) : Schema.scalar(Type.STRING, Format.NONE);
    }

    private static Schema list(ObjectTree schema) {
        Schema items = shape(schema.object("items"));
        return switch (schema.text("x-kubernetes-list-type")) {
            case "set" -> Schema.list(items, Merge.SET, List.of());
            case "map" ->
                Schema.list(
                        items,
                        Merge.GRANULAR,
                        schema.list("x-kubernetes-list-map-keys").items().stream()
                                .map(key -> String.valueOf(key.text()))
                                .toList());
            default -> Schema.list(items, Merge.ATOMIC, List.of());
        };
    }

    private static Merge merge(ObjectTree schema) {
        return schema.text("x-kubernetes-map-type").equals("atomic") ? Merge.ATOMIC : Merge.GRANULAR;
    }

    /// The default of a text, number or boolean: what an item of a list is known by when it leaves a key out.
    private static @Nullable Tree constant(ObjectTree property) {
        Tree value = property.find("default");
        boolean scalar =
                value != null && !value.isNull() && !(value instanceof ObjectTree || value instanceof ListTree);
        return scalar && !property.bool("nullable") ? value : null;
    }

    private static Field field(String name, Schema schema, @Nullable Tree defaultValue) {
        return new Field(name, schema, 0, false, defaultValue, "", "");
    }
}
