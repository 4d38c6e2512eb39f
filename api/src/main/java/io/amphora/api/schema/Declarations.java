package io.amphora.api.schema;

import io.amphora.api.GroupVersionKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The built-in types as they are declared in `schema.txt`, each parsed when it is first asked for. This is
/// more than
/// [Schemas] tells: protobuf's nesting, and when Kubernetes writes a field. The format, tabs between the columns:
///
/// ```
/// =NAME ⇥ APIVERSION ⇥ "atomic"                                  the last two empty for most types
/// NAME ⇥ NUMBERS ⇥ MARKS ⇥ SHAPE ⇥ GO TYPE ⇥ DEFAULT ⇥ PATCH STRATEGY ⇥ PATCH MERGE KEY
///
/// =io.k8s.api.core.v1.Container ⇥ ⇥
/// name ⇥ 1 ⇥ r! ⇥ STRING                                         r: required, then when it is written
/// ports ⇥ 6 ⇥ ⇥ list/map/containerPort,protocol @io.k8s.api.core.v1.ContainerPort ⇥ ⇥ ⇥ merge ⇥ containerPort
/// ```
public final class Declarations {

    /// @param apiVersion `apps/v1` for a top-level kind; "" for a type that only stands inside others
    public record Type(String name, String apiVersion, boolean atomic, List<Field> fields) {
        public boolean isKind() {
            return !apiVersion.isEmpty();
        }
    }

    /// @param numbers the protobuf number, after those of the messages that JSON has inlined around it; empty
    ///     when it
    /// is in JSON only
    /// @param goType what messages about values of the wrong type call it: `int32`, `[]v1.Container`
    /// @param defaultJson the default as JSON, "" for none
    public record Field(
            String name,
            List<Integer> numbers,
            boolean required,
            Presence presence,
            Shape shape,
            String goType,
            String defaultJson,
            String patchStrategy,
            String patchMergeKey) {}

    /// When Kubernetes writes a field.
    public enum Presence {
        /// When it is not zero or empty.
        NON_ZERO,
        /// When it was given, zero or not.
        GIVEN,
        /// Always: a scalar's zero, an object's `{}`, null for an absent list or map.
        ALWAYS,
        /// Always, as null when it was not given.
        NULLABLE
    }

    public sealed interface Shape {
        record Plain(Scalar scalar) implements Shape {}

        /// An object of the type of that name.
        record Ref(String type) implements Shape {}

        /// @param merge "" (which means atomic), `atomic`, `set` or `map`
        /// @param wrapped whether the wire form is a message with the list as its field 1
        record ListOf(Shape items, String merge, List<String> keys, boolean wrapped) implements Shape {}

        record MapOf(Shape values, boolean atomic) implements Shape {}
    }

    /// What is one value in JSON.
    public enum Scalar {
        STRING,
        INT32,
        INT64,
        DOUBLE,
        BOOLEAN,
        BYTES,
        TIME,
        MICRO_TIME,

        QUANTITY,
        INT_OR_STRING,
        RAW_EXTENSION,
        FIELDS_V1,
        JSON,
        /// JSONSchemaProps, or a list of them.
        SCHEMA_OR_ARRAY,
        /// JSONSchemaProps, or a boolean.
        SCHEMA_OR_BOOL,
        /// JSONSchemaProps, or a list of strings.
        SCHEMA_OR_STRINGS
    }

    private static final String TEXT = resource("schema.txt");
    /// Where each type's block begins.
    private static final Map<String, Integer> STARTS = new HashMap<>();
    private static final Map<GroupVersionKind, String> KINDS = new HashMap<>();
    private static final Map<String, Type> PARSED = new ConcurrentHashMap<>();

    static {
        for (int at = 0; at >= 0 && at < TEXT.length(); at = nextType(at)) {
            String[] columns = columns(TEXT.substring(at + 1, lineEnd(at)));
            STARTS.put(columns[0], at);
            if (!columns[1].isEmpty())
                KINDS.put(
                        GroupVersionKind.of(columns[1], columns[0].substring(columns[0].lastIndexOf('.') + 1)),
                        columns[0]);
        }
    }

    private Declarations() {}

    public static @Nullable Type find(String name) {
        Type parsed = PARSED.get(name);
        if (parsed != null) return parsed;
        Integer start = STARTS.get(name);
        return start == null ? null : PARSED.computeIfAbsent(name, key -> parse(start));
    }

    /// @param name such as `io.k8s.api.core.v1.PodSpec`
    public static Type of(String name) {
        return Objects.requireNonNull(find(name), () -> "no type " + name);
    }

    /// The name of a kind's type.
    public static @Nullable String findKind(GroupVersionKind kind) {
        return KINDS.get(kind);
    }

    /// All top-level kinds, lists and options included, with the names of their types.
    public static Map<GroupVersionKind, String> kinds() {
        return Map.copyOf(KINDS);
    }

    public static Set<String> names() {
        return new TreeSet<>(STARTS.keySet());
    }

    private static Type parse(int start) {
        String[] head = columns(TEXT.substring(start + 1, lineEnd(start)));
        var fields = new ArrayList<Field>();
        for (int at = lineEnd(start) + 1; at < TEXT.length() && TEXT.charAt(at) != '='; at = lineEnd(at) + 1)
            fields.add(field(columns(TEXT.substring(at, lineEnd(at)))));
        return new Type(head[0], head[1], head[2].equals("atomic"), List.copyOf(fields));
    }

    private static Field field(String[] columns) {
        var numbers = new ArrayList<Integer>(2);
        if (!columns[1].isEmpty()) for (String number : columns[1].split("\\.")) numbers.add(Integer.valueOf(number));
        Shape shape = shape(columns[3]);
        return new Field(
                columns[0],
                List.copyOf(numbers),
                columns[2].startsWith("r"),
                presence(columns[2]),
                shape,
                columns[4].isEmpty() ? goType(shape) : columns[4],
                columns[5],
                columns[6],
                columns[7]);
    }

    private static Presence presence(String marks) {
        if (marks.isEmpty()) return Presence.NON_ZERO;
        return switch (marks.charAt(marks.length() - 1)) {
            case '*' -> Presence.GIVEN;
            case '!' -> Presence.ALWAYS;
            case '?' -> Presence.NULLABLE;
            default -> Presence.NON_ZERO;
        };
    }

    private static Shape shape(String text) {
        int blank = text.indexOf(' ');
        if (blank < 0)
            return text.startsWith("@") ? new Shape.Ref(text.substring(1)) : new Shape.Plain(Scalar.valueOf(text));
        String[] collection = text.substring(0, blank).split("/", -1);
        Shape items = shape(text.substring(blank + 1));
        if (collection[0].equals("map")) return new Shape.MapOf(items, collection[1].equals("atomic"));
        List<String> keys = collection.length > 2 ? List.of(collection[2].split(",")) : List.of();
        return new Shape.ListOf(items, collection[1], keys, collection[0].equals("wrapped"));
    }

    /// The name of a shape's type in Go, where the table has no other.
    public static String goType(Shape shape) {
        return switch (shape) {
            case Shape.Plain(var scalar) ->
                switch (scalar) {
                    case STRING -> "string";
                    case INT32 -> "int32";
                    case INT64 -> "int64";
                    case DOUBLE -> "float64";
                    case BOOLEAN -> "bool";
                    case BYTES -> "[]uint8";
                    case TIME -> "v1.Time";
                    case MICRO_TIME -> "v1.MicroTime";
                    case QUANTITY -> "resource.Quantity";
                    case INT_OR_STRING -> "intstr.IntOrString";
                    case RAW_EXTENSION -> "runtime.RawExtension";
                    case FIELDS_V1 -> "v1.FieldsV1";
                    case JSON -> "v1.JSON";
                    case SCHEMA_OR_ARRAY -> "v1.JSONSchemaPropsOrArray";
                    case SCHEMA_OR_BOOL -> "v1.JSONSchemaPropsOrBool";
                    case SCHEMA_OR_STRINGS -> "v1.JSONSchemaPropsOrStringArray";
                };
            case Shape.Ref(var type) -> type.substring(type.lastIndexOf('.', type.lastIndexOf('.') - 1) + 1);
            case Shape.ListOf list -> list.wrapped() ? "v1.ExtraValue" : "[]" + goType(list.items());
            case Shape.MapOf map -> "map[string]" + goType(map.values());
        };
    }

    /// Always eight columns, those at the end possibly empty.
    private static String[] columns(String line) {
        var columns = new String[8];
        int from = 0;
        for (int i = 0; i < columns.length; i++) {
            int tab = from < 0 ? -1 : line.indexOf('\t', from);
            columns[i] = from < 0 ? "" : tab < 0 ? line.substring(from) : line.substring(from, tab);
            from = tab < 0 ? -1 : tab + 1;
        }
        return columns;
    }

    private static int nextType(int at) {
        int next = TEXT.indexOf("\n=", at);
        return next < 0 ? -1 : next + 1;
    }

    private static int lineEnd(int at) {
        return TEXT.indexOf('\n', at);
    }

    static String resource(String name) {
        try (InputStream in = Declarations.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
