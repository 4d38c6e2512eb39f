package io.amphora.machinery.schema;

import io.amphora.machinery.tree.Tree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The shape of a value of the API: what pruning, defaulting, patches, server-side apply, codecs and OpenAPI walk
/// along.
///
/// Built-in kinds (generated at build time) and custom resources (compiled from a CRD's schema) are described
/// by the
/// same type. Immutable once built; a schema may contain itself (JSONSchemaProps does).
public final class Schema {

    public enum Type {
        /// Fields known by name, see [#fields()].
        OBJECT,
        /// Any names, all values of the shape [#items()].
        MAP,
        LIST,
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        INT_OR_STRING,
        /// Any JSON value (RawExtension, FieldsV1, JSON, x-kubernetes-preserve-unknown-fields).
        ANY
    }

    /// What a text or number stands for. TIME has seconds, MICRO_TIME microseconds (RFC 3339); BYTES are base64.
    public enum Format {
        NONE,
        INT32,
        INT64,
        DOUBLE,
        BYTES,
        TIME,
        MICRO_TIME,
        QUANTITY,
        DURATION,
        RAW_EXTENSION,
        FIELDS_V1,
        JSON
    }

    /// How two writers' values merge (x-kubernetes-list-type, x-kubernetes-map-type).
    public enum Merge {
        /// One owner for the whole value.
        ATOMIC,
        /// A list whose items are each other's equals or not: one owner per item.
        SET,
        /// A list of objects known by [#mapKeys()], or an object or map: one owner per field.
        GRANULAR
    }

    /// A field of an object. `number` is its protobuf field number, 0 where the wire form has none.
    ///
    /// `patchStrategy` ("merge", "replace", "retainKeys", joined by commas; "" for none) and `patchMergeKey`
    /// govern
    /// strategic merge.
    public record Field(
            String name,
            Schema schema,
            int number,
            boolean required,
            @Nullable Tree defaultValue,
            String patchStrategy,
            String patchMergeKey) {}

    private final String name;
    private final Type type;
    private final Format format;
    private final Merge merge;
    private final List<String> mapKeys;
    private final boolean preserveUnknown;
    private Map<String, Field> fields = Map.of();
    private @Nullable Schema items;

    private Schema(String name, Type type, Format format, Merge merge, List<String> mapKeys, boolean preserveUnknown) {
        this.name = name;
        this.type = type;
        this.format = format;
        this.merge = merge;
        this.mapKeys = List.copyOf(mapKeys);
        this.preserveUnknown = preserveUnknown;
    }

    /// An object type that its fields are given to later, once, by [#define], so that it may contain itself.
    ///
    /// @param name the type's name in OpenAPI, such as `io.k8s.api.core.v1.PodSpec`; "" for a nameless one
    public static Schema object(String name, Merge merge, boolean preserveUnknown) {
        return new Schema(name, Type.OBJECT, Format.NONE, merge, List.of(), preserveUnknown);
    }

    public static Schema map(Schema items, Merge merge) {
        var schema = new Schema("", Type.MAP, Format.NONE, merge, List.of(), false);
        schema.items = items;
        return schema;
    }

    public static Schema list(Schema items, Merge merge, List<String> mapKeys) {
        var schema = new Schema("", Type.LIST, Format.NONE, merge, mapKeys, false);
        schema.items = items;
        return schema;
    }

    public static Schema scalar(Type type, Format format) {
        return new Schema("", type, format, Merge.ATOMIC, List.of(), type == Type.ANY);
    }

    /// A scalar type with a name of its own in OpenAPI (Time, Quantity, IntOrString, …).
    public static Schema scalar(String name, Type type, Format format) {
        return new Schema(name, type, format, Merge.ATOMIC, List.of(), type == Type.ANY);
    }

    public Schema define(List<Field> fields) {
        if (!this.fields.isEmpty()) throw new IllegalStateException(name + " has its fields already");
        var byName = new LinkedHashMap<String, Field>();
        for (Field field : fields) byName.put(field.name(), field);
        this.fields = byName;
        return this;
    }

    public String name() {
        return name;
    }

    public Type type() {
        return type;
    }

    public Format format() {
        return format;
    }

    public Merge merge() {
        return merge;
    }

    public List<String> mapKeys() {
        return mapKeys;
    }

    /// Whether names that no field has are kept rather than pruned.
    public boolean preserveUnknown() {
        return preserveUnknown;
    }

    /// The fields by name, in the order of the type's declaration; unmodifiable.
    public Map<String, Field> fields() {
        return java.util.Collections.unmodifiableMap(fields);
    }

    public @Nullable Field findField(String name) {
        return fields.get(name);
    }

    /// The shape of a list's or a map's values.
    public Schema items() {
        return Objects.requireNonNull(items, () -> name + " is neither list nor map");
    }

    @Override
    public String toString() {
        return name.isEmpty() ? type.toString() : name;
    }
}
