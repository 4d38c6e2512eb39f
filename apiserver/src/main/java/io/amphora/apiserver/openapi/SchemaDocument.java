package io.amphora.apiserver.openapi;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.schema.Descriptions;
import io.amphora.api.schema.Schemas;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Types as OpenAPI schemas, each named type once, with the extensions that clients merge by
/// (`x-kubernetes-…`).
final class SchemaDocument {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private final String prefix;
    private final boolean version3;
    private final Map<String, List<Tree>> kindsOfTypes;
    private final Map<String, Tree> done = new LinkedHashMap<>();
    private final Deque<Schema> open = new ArrayDeque<>();

    /// @param kindsOfTypes the group, version and kind of the types that are kinds
    SchemaDocument(boolean version3, Map<String, List<Tree>> kindsOfTypes) {
        this.prefix = version3 ? "#/components/schemas/" : "#/definitions/";
        this.version3 = version3;
        this.kindsOfTypes = kindsOfTypes;
    }

    /// A reference to a type, which is then among [#schemas()].
    ObjectTree reference(Schema schema) {
        if (!done.containsKey(schema.name())) {
            done.put(schema.name(), ObjectTree.EMPTY);
            open.add(schema);
        }
        return ObjectTree.of("$ref", prefix + schema.name());
    }

    /// A custom kind's type as its definition has it, with what all objects have.
    void give(ResourceDefinition<?> kind, ObjectTree schema) {
        ObjectTree metadata = sharing(reference(Schemas.byName(META + "ObjectMeta")));
        ObjectTree given =
                version3 ? DefinedSchemas.version3(schema, metadata) : DefinedSchemas.version2(schema, metadata);
        put(kind.schema().name(), given, kindsOfTypes.getOrDefault(kind.schema().name(), List.of()));
    }

    /// The type of the lists of a custom kind.
    ///
    /// @return a reference to it
    ObjectTree giveList(ResourceDefinition<?> kind) {
        String name = kind.schema().name().replaceFirst("[^.]+$", kind.listKind());
        ObjectTree gvk = ObjectTree.of("group", kind.group(), "version", kind.version(), "kind", kind.listKind());
        ObjectTree list = DefinedSchemas.list(
                kind.listKind(),
                kind.kind(),
                kind.plural(),
                reference(kind.schema()),
                sharing(reference(Schemas.byName(META + "ListMeta"))));
        put(name, list, List.of(gvk));
        return ObjectTree.of("$ref", prefix + name);
    }

    private void put(String name, ObjectTree schema, List<Tree> kinds) {
        done.put(name, schema.with("x-kubernetes-group-version-kind", new ListTree(kinds)));
    }

    /// A reference that more is said beside.
    private ObjectTree sharing(ObjectTree reference) {
        return version3 ? ObjectTree.of("allOf", ListTree.of(reference)) : reference;
    }

    /// All types that were referred to, and those that they refer to.
    ObjectTree schemas() {
        while (!open.isEmpty()) {
            Schema schema = open.remove();
            done.put(schema.name(), schema.type() == Schema.Type.OBJECT ? object(schema) : scalar(schema));
        }
        return ObjectTree.from(done);
    }

    private ObjectTree object(Schema schema) {
        var properties = ObjectTree.builder();
        var required = new ArrayList<Tree>();
        for (Schema.Field field : schema.fields().values()) {
            properties.put(field.name(), property(schema, field));
            if (field.required()) required.add(Tree.of(field.name()));
        }
        var object = ObjectTree.builder().put("type", "object");
        String description = Descriptions.ofType(schema.name());
        if (!description.isEmpty()) object.put("description", description);
        if (!schema.fields().isEmpty()) object.put("properties", properties.build());
        if (!required.isEmpty()) object.put("required", new ListTree(required));
        if (schema.merge() == Schema.Merge.ATOMIC) object.put("x-kubernetes-map-type", "atomic");
        List<Tree> kinds = kindsOfTypes.get(schema.name());
        if (kinds != null) object.put("x-kubernetes-group-version-kind", new ListTree(kinds));
        return object.build();
    }

    private ObjectTree property(Schema owner, Schema.Field field) {
        ObjectTree shape = shape(field.schema());
        var property = (shape.has("$ref") ? sharing(shape) : shape).toBuilder();
        String description = Descriptions.ofField(owner.name(), field.name());
        if (!description.isEmpty()) property.put("description", description);
        Tree defaultValue = field.defaultValue();
        if (version3 && defaultValue != null) property.put("default", defaultValue);
        if (!field.patchStrategy().isEmpty()) property.put("x-kubernetes-patch-strategy", field.patchStrategy());
        if (!field.patchMergeKey().isEmpty()) property.put("x-kubernetes-patch-merge-key", field.patchMergeKey());
        return property.build();
    }

    private ObjectTree shape(Schema schema) {
        if (!schema.name().isEmpty()) return reference(schema);
        return switch (schema.type()) {
            case LIST -> list(schema);
            case MAP -> {
                ObjectTree map = ObjectTree.of("type", "object", "additionalProperties", shape(schema.items()));
                yield schema.merge() == Schema.Merge.ATOMIC ? map.with("x-kubernetes-map-type", "atomic") : map;
            }
            default -> scalar(schema);
        };
    }

    private ObjectTree list(Schema schema) {
        var list = ObjectTree.builder().put("type", "array").put("items", shape(schema.items()));
        list.put(
                "x-kubernetes-list-type",
                switch (schema.merge()) {
                    case ATOMIC -> "atomic";
                    case SET -> "set";
                    case GRANULAR -> "map";
                });
        if (!schema.mapKeys().isEmpty()) list.put("x-kubernetes-list-map-keys", ListTree.from(schema.mapKeys()));
        return list.build();
    }

    private ObjectTree scalar(Schema schema) {
        ObjectTree described = switch (schema.type()) {
            case STRING -> ObjectTree.of("type", "string");
            case INTEGER -> ObjectTree.of("type", "integer");
            case NUMBER -> ObjectTree.of("type", "number");
            case BOOLEAN -> ObjectTree.of("type", "boolean");
            case INT_OR_STRING ->
                version3
                        ? ObjectTree.of(
                                "oneOf",
                                ListTree.of(ObjectTree.of("type", "integer"), ObjectTree.of("type", "string")),
                                "format",
                                "int-or-string")
                        : ObjectTree.of("type", "string", "format", "int-or-string");
            default -> schema.format() == Schema.Format.JSON ? ObjectTree.EMPTY : ObjectTree.of("type", "object");
        };
        return switch (schema.format()) {
            case INT32 -> described.with("format", "int32");
            case INT64 -> described.with("format", "int64");
            case DOUBLE -> described.with("format", "double");
            case BYTES -> described.with("format", "byte");
            case TIME, MICRO_TIME -> described.with("format", "date-time");
            default -> described;
        };
    }
}
