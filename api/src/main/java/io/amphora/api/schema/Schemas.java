package io.amphora.api.schema;

import io.amphora.api.GroupVersionKind;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.schema.Schema.Format;
import io.amphora.machinery.schema.Schema.Merge;
import io.amphora.machinery.schema.Schema.Type;
import io.amphora.machinery.tree.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The schemas of the built-in types, each made when it is first asked for, and the same object from then on.
public final class Schemas {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String APIEXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

    private static final Schema STRING = Schema.scalar(Type.STRING, Format.NONE);
    private static final Schema INT32 = Schema.scalar(Type.INTEGER, Format.INT32);
    private static final Schema INT64 = Schema.scalar(Type.INTEGER, Format.INT64);
    private static final Schema DOUBLE = Schema.scalar(Type.NUMBER, Format.DOUBLE);
    private static final Schema BOOLEAN = Schema.scalar(Type.BOOLEAN, Format.NONE);
    private static final Schema BYTES = Schema.scalar(Type.STRING, Format.BYTES);
    private static final Schema TIME = Schema.scalar(META + "Time", Type.STRING, Format.TIME);
    private static final Schema MICRO_TIME = Schema.scalar(META + "MicroTime", Type.STRING, Format.MICRO_TIME);
    private static final Schema QUANTITY =
            Schema.scalar("io.k8s.apimachinery.pkg.api.resource.Quantity", Type.STRING, Format.QUANTITY);
    private static final Schema INT_OR_STRING =
            Schema.scalar("io.k8s.apimachinery.pkg.util.intstr.IntOrString", Type.INT_OR_STRING, Format.NONE);
    private static final Schema RAW_EXTENSION =
            Schema.scalar("io.k8s.apimachinery.pkg.runtime.RawExtension", Type.ANY, Format.RAW_EXTENSION);
    private static final Schema FIELDS_V1 = Schema.scalar(META + "FieldsV1", Type.ANY, Format.FIELDS_V1);
    private static final Schema JSON = Schema.scalar(APIEXTENSIONS + "JSON", Type.ANY, Format.JSON);
    private static final Schema SCHEMA_OR_ARRAY =
            Schema.scalar(APIEXTENSIONS + "JSONSchemaPropsOrArray", Type.ANY, Format.JSON);
    private static final Schema SCHEMA_OR_BOOL =
            Schema.scalar(APIEXTENSIONS + "JSONSchemaPropsOrBool", Type.ANY, Format.JSON);
    private static final Schema SCHEMA_OR_STRINGS =
            Schema.scalar(APIEXTENSIONS + "JSONSchemaPropsOrStringArray", Type.ANY, Format.JSON);

    private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

    private Schemas() {}

    /// @throws IllegalArgumentException when there is no such kind
    public static Schema of(GroupVersionKind kind) {
        Schema schema = find(kind);
        if (schema == null) throw new IllegalArgumentException("no kind " + kind.kind() + " in " + kind.apiVersion());
        return schema;
    }

    /// Every kind is found by its own name, lists (`PodList`) and options (`DeleteOptions`, of `v1`) included.
    public static @Nullable Schema find(GroupVersionKind kind) {
        String name = Declarations.findKind(kind);
        return name == null ? null : byName(name);
    }

    /// @param name such as `io.k8s.api.core.v1.PodSpec`; the types that are one value (`…meta.v1.Time`) have
    ///     none here
    /// @throws IllegalArgumentException when there is no such type
    public static Schema byName(String name) {
        Schema known = SCHEMAS.get(name);
        if (known != null) return known;
        if (Declarations.find(name) == null) throw new IllegalArgumentException("no type " + name);
        return load(name);
    }

    /// The names of all types that are objects, sorted.
    public static Set<String> names() {
        return Declarations.names();
    }

    /// A type and all it reaches become visible to other threads together, when all are complete.
    private static synchronized Schema load(String name) {
        var loaded = new HashMap<String, Schema>();
        Schema schema = object(name, loaded);
        SCHEMAS.putAll(loaded);
        return schema;
    }

    private static Schema object(String name, Map<String, Schema> loaded) {
        Schema known = SCHEMAS.get(name);
        if (known == null) known = loaded.get(name);
        if (known != null) return known;
        Declarations.Type type = Declarations.of(name);
        Schema schema = Schema.object(name, type.atomic() ? Merge.ATOMIC : Merge.GRANULAR, false);
        loaded.put(name, schema);
        var fields = new ArrayList<Schema.Field>(type.fields().size());
        for (Declarations.Field field : type.fields()) fields.add(field(field, loaded));
        return fields.isEmpty() ? schema : schema.define(fields);
    }

    private static Schema.Field field(Declarations.Field field, Map<String, Schema> loaded) {
        return new Schema.Field(
                field.name(),
                schema(field.shape(), loaded),
                field.numbers().isEmpty() ? 0 : field.numbers().getLast(),
                field.required(),
                isZeroLeftOut(field) || field.defaultJson().isEmpty() ? null : Json.read(field.defaultJson()),
                field.patchStrategy(),
                field.patchMergeKey());
    }

    /// A default of zero changes nothing where zero is not written.
    private static boolean isZeroLeftOut(Declarations.Field field) {
        return field.presence() == Declarations.Presence.NON_ZERO
                && field.defaultJson().equals("0");
    }

    private static Schema schema(Declarations.Shape shape, Map<String, Schema> loaded) {
        return switch (shape) {
            case Declarations.Shape.Plain(var scalar) -> scalar(scalar);
            case Declarations.Shape.Ref(var type) -> object(type, loaded);
            case Declarations.Shape.ListOf list ->
                Schema.list(
                        schema(list.items(), loaded),
                        merge(list.merge()),
                        list.merge().equals("map") ? list.keys() : List.of());
            case Declarations.Shape.MapOf map ->
                Schema.map(schema(map.values(), loaded), map.atomic() ? Merge.ATOMIC : Merge.GRANULAR);
        };
    }

    private static Merge merge(String listType) {
        return switch (listType) {
            case "set" -> Merge.SET;
            case "map" -> Merge.GRANULAR;
            default -> Merge.ATOMIC;
        };
    }

    static Schema scalar(Declarations.Scalar scalar) {
        return switch (scalar) {
            case STRING -> STRING;
            case INT32 -> INT32;
            case INT64 -> INT64;
            case DOUBLE -> DOUBLE;
            case BOOLEAN -> BOOLEAN;
            case BYTES -> BYTES;
            case TIME -> TIME;
            case MICRO_TIME -> MICRO_TIME;
            case QUANTITY -> QUANTITY;
            case INT_OR_STRING -> INT_OR_STRING;
            case RAW_EXTENSION -> RAW_EXTENSION;
            case FIELDS_V1 -> FIELDS_V1;
            case JSON -> JSON;
            case SCHEMA_OR_ARRAY -> SCHEMA_OR_ARRAY;
            case SCHEMA_OR_BOOL -> SCHEMA_OR_BOOL;
            case SCHEMA_OR_STRINGS -> SCHEMA_OR_STRINGS;
        };
    }
}
