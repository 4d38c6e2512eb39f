package io.amphora.cel.schema;

import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import io.amphora.cel.Environment;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What expressions see of a structural schema (KEP-2876): its type, how large its values may be, and its parts. A part
/// that expressions may not see, such as what a schema preserves without knowing it, is left out.
///
/// @param kind how values are shown
/// @param cel what the type checker knows of it
/// @param maxElements characters of a text, items of a list, entries of a map
/// @param minSize bytes of JSON that the smallest value takes
/// @param element of a list or map
/// @param fields of an object, by the name that expressions use
/// @param listKeys the fields that tell the items of a list of type map apart
public record SchemaType(
        Kind kind,
        CelType cel,
        long maxElements,
        long minSize,
        @Nullable SchemaType element,
        Map<String, Field> fields,
        List<String> listKeys,
        boolean nullable) {
    /// How values of a schema are shown.
    public enum Kind {
        INT_OR_STRING,
        ATOMIC_LIST,
        SET,
        MAP_LIST,
        MAP,
        OBJECT,
        STRING,
        BYTES,
        DURATION,
        DATE,
        DATE_TIME,
        BOOLEAN,
        NUMBER,
        INTEGER,
        DYNAMIC
    }

    /// @param name as the schema spells it
    public record Field(String name, SchemaType type) {}

    private static final long LARGEST_REQUEST = 3L * 1024 * 1024;

    /// Sizes of JSON: `""`, `"0s"` and the longest duration, a date and times with quotes.
    private static final long STRING_SIZE = 2;

    private static final long LEAST_DURATION = 4;
    private static final long MOST_DURATION = 32;
    private static final long DATE_SIZE = 12;
    private static final long LEAST_TIME = 22;
    private static final long MOST_TIME = 32;
    private static final long NUMBER_SIZE = 1;
    private static final long BOOLEAN_SIZE = 4;
    private static final SchemaType KEY = simple(Kind.STRING, SimpleType.STRING, 0, STRING_SIZE, false);
    private static final ObjectTree TEXT = ObjectTree.of("type", "string");

    /// @param name what the type checker calls the type; unique in an environment
    /// @param root whether it is that of a resource, or of one that is embedded
    /// @return null where expressions see nothing of it
    public static @Nullable SchemaType of(ObjectTree schema, String name, boolean root) {
        boolean nullable = schema.bool("nullable");
        if (schema.bool("x-kubernetes-int-or-string")) {
            long most = schema.has("maxLength") ? 4 * atLeastZero(schema.whole("maxLength")) : LARGEST_REQUEST - 2;
            return simple(Kind.INT_OR_STRING, SimpleType.DYN, most, 1, nullable);
        }
        ObjectTree seen = root || schema.bool("x-kubernetes-embedded-resource") ? withTypeAndMeta(schema) : schema;
        return switch (seen.text("type")) {
            case "array" -> list(seen, name, nullable);
            case "object" ->
                seen.find("additionalProperties") instanceof ObjectTree values
                        ? map(seen, values, name, nullable)
                        : object(seen, name, nullable);
            case "string" -> text(seen, nullable);
            case "boolean" -> simple(Kind.BOOLEAN, SimpleType.BOOL, 0, BOOLEAN_SIZE, nullable);
            case "number" -> simple(Kind.NUMBER, SimpleType.DOUBLE, 0, NUMBER_SIZE, nullable);
            case "integer" -> simple(Kind.INTEGER, SimpleType.INT, 0, NUMBER_SIZE, nullable);
            default -> null;
        };
    }

    /// What has no schema.
    public static SchemaType dynamic() {
        return simple(Kind.DYNAMIC, SimpleType.DYN, LARGEST_REQUEST, 1, true);
    }

    /// An object whose parts are given, such as what expressions see of a request; their names are not escaped.
    public static SchemaType object(String name, Map<String, SchemaType> parts) {
        var fields = new LinkedHashMap<String, Field>();
        parts.forEach((field, type) -> fields.put(field, new Field(field, type)));
        return struct(name, fields, 2, false);
    }

    private static SchemaType simple(Kind kind, CelType cel, long most, long least, boolean nullable) {
        return new SchemaType(kind, cel, most, least, null, Map.of(), List.of(), nullable);
    }

    private static long atLeastZero(long number) {
        return Math.max(0, number);
    }

    /// `apiVersion`, `kind`, `metadata.name` and `metadata.generateName` are there whether or not the schema says so.
    private static ObjectTree withTypeAndMeta(ObjectTree schema) {
        ObjectTree meta =
                ObjectTree.of("type", "object", "properties", ObjectTree.of("name", TEXT, "generateName", TEXT));
        ObjectTree properties = schema.object("properties")
                .with("apiVersion", TEXT)
                .with("kind", TEXT)
                .with("metadata", meta);
        return schema.with("type", "object").with("properties", properties);
    }

    private static @Nullable SchemaType list(ObjectTree schema, String name, boolean nullable) {
        if (!(schema.find("items") instanceof ObjectTree items)) return null;
        SchemaType element = of(items, name + ".@items", false);
        if (element == null) return null;
        long most = schema.has("maxItems")
                ? atLeastZero(schema.whole("maxItems"))
                : (LARGEST_REQUEST - 2) / (element.minSize + 1);
        Kind kind = switch (schema.text("x-kubernetes-list-type")) {
            case "set" -> Kind.SET;
            case "map" -> Kind.MAP_LIST;
            default -> Kind.ATOMIC_LIST;
        };
        List<String> keys = schema.list("x-kubernetes-list-map-keys").stream()
                .map(each -> String.valueOf(each.text()))
                .toList();
        return new SchemaType(kind, ListType.create(element.cel), most, 2, element, Map.of(), keys, nullable);
    }

    private static @Nullable SchemaType map(ObjectTree schema, ObjectTree values, String name, boolean nullable) {
        SchemaType element = of(values, name + ".@values", false);
        if (element == null) return null;
        long most = schema.has("maxProperties")
                ? atLeastZero(schema.whole("maxProperties"))
                : (LARGEST_REQUEST - 2) / (element.minSize + 6);
        return new SchemaType(
                Kind.MAP,
                MapType.create(SimpleType.STRING, element.cel),
                most,
                2,
                element,
                Map.of(),
                List.of(),
                nullable);
    }

    private static SchemaType object(ObjectTree schema, String name, boolean nullable) {
        var fields = new LinkedHashMap<String, Field>();
        ListTree required = schema.list("required");
        long least = 2;
        for (var property : schema.object("properties")) {
            ObjectTree of = property.getValue().object();
            SchemaType type = of(of, name + "." + property.getKey(), false);
            if (type == null) continue;
            String escaped = FieldNames.escaped(property.getKey());
            if (escaped != null) fields.put(escaped, new Field(property.getKey(), type));
            boolean needed = required.stream().anyMatch(Tree.of(property.getKey())::equals) && !of.has("default");
            if (needed) least += property.getKey().getBytes(StandardCharsets.UTF_8).length + type.minSize + 4;
        }
        return struct(name, fields, least, nullable);
    }

    private static SchemaType struct(String name, Map<String, Field> fields, long least, boolean nullable) {
        var types = ImmutableMap.<String, CelType>builder();
        fields.forEach((field, each) -> types.put(field, each.type().cel()));
        CelType struct = Environment.objectType(name, types.buildOrThrow());
        return new SchemaType(Kind.OBJECT, struct, 0, least, null, Map.copyOf(fields), List.of(), nullable);
    }

    private static SchemaType text(ObjectTree schema, boolean nullable) {
        boolean bounded = schema.has("maxLength");
        long most = atLeastZero(schema.whole("maxLength"));
        return switch (schema.text("format")) {
            case "byte" ->
                simple(Kind.BYTES, SimpleType.BYTES, bounded ? most : LARGEST_REQUEST - 2, STRING_SIZE, nullable);
            case "duration" -> simple(Kind.DURATION, SimpleType.DURATION, MOST_DURATION, LEAST_DURATION, nullable);
            case "date" -> simple(Kind.DATE, SimpleType.TIMESTAMP, DATE_SIZE, DATE_SIZE, nullable);
            case "date-time" -> simple(Kind.DATE_TIME, SimpleType.TIMESTAMP, MOST_TIME, LEAST_TIME, nullable);
            default -> {
                long length = LARGEST_REQUEST - 2;
                if (bounded) length = 4 * most;
                else if (schema.list("enum").size() > 0) length = longest(schema.list("enum"));
                yield simple(Kind.STRING, SimpleType.STRING, length, STRING_SIZE, nullable);
            }
        };
    }

    private static long longest(ListTree values) {
        return values.stream()
                .mapToLong(
                        each -> each instanceof Tree.Text(var text) ? text.getBytes(StandardCharsets.UTF_8).length : 0)
                .max()
                .orElse(0);
    }

    /// All object types in it, this one too, for the type checker.
    public void collect(Map<String, CelType> structs) {
        if (kind == Kind.OBJECT) structs.put(cel.name(), cel);
        if (element != null) element.collect(structs);
        fields.values().forEach(each -> each.type().collect(structs));
    }

    /// The type at the end of a path from here, as costs name it; null where there is none.
    public @Nullable SchemaType at(List<String> path) {
        SchemaType here = this;
        for (String part : path) {
            if (here == null) return null;
            switch (part) {
                case "@items", "@values" -> here = here.element;
                case "@keys", "@indices" -> here = KEY;
                default -> {
                    Field field = here.fields.get(part);
                    here = field == null ? null : field.type();
                }
            }
        }
        return here;
    }
}
