package io.amphora.generator;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The API as it is generated: types by their name in OpenAPI.
record Model(Map<String, Type> types) {

    /// @param apiVersion `apps/v1` for a top-level kind; "" for a type that only stands inside others
    /// @param atomic whether it has one owner as a whole (x-kubernetes-map-type: atomic)
    record Type(String name, String apiVersion, boolean atomic, String description, List<Field> fields) {
        boolean isKind() {
            return !apiVersion.isEmpty();
        }

        /// `PodSpec`
        String simpleName() {
            return name.substring(name.lastIndexOf('.') + 1);
        }

        /// `core.v1`
        String groupVersion() {
            String[] labels = name.split("\\.");
            return labels[labels.length - 3] + "." + labels[labels.length - 2];
        }

        @Nullable
        Field findField(String json) {
            return fields.stream()
                    .filter(field -> field.name().equals(json))
                    .findFirst()
                    .orElse(null);
        }
    }

    /// @param numbers the protobuf number, after those of the messages that JSON has inlined around it; empty
    ///     when it
    /// is in JSON only
    record Field(
            String name,
            List<Integer> numbers,
            Shape shape,
            boolean required,
            Presence presence,
            String goType,
            String defaultJson,
            String patchStrategy,
            String patchMergeKey,
            String description) {}

    /// When a field is written, see `go-types.txt`.
    enum Presence {
        /// When it is not zero or empty.
        NON_ZERO(""),
        /// When it was given.
        GIVEN("*"),
        /// Always, zero or empty.
        ALWAYS("!"),
        /// Always, as null when it was not given.
        NULLABLE("?");

        final String mark;

        Presence(String mark) {
            this.mark = mark;
        }
    }

    sealed interface Shape {
        record Plain(Scalar scalar) implements Shape {}

        record Ref(String type) implements Shape {}

        /// @param merge "", `atomic`, `set` or `map`
        /// @param wrapped whether the wire form is a message with the list as its field 1
        record ListOf(Shape items, String merge, List<String> keys, boolean wrapped) implements Shape {}

        record MapOf(Shape values, boolean atomic) implements Shape {}
    }

    enum Scalar {
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
        SCHEMA_OR_ARRAY,
        SCHEMA_OR_BOOL,
        SCHEMA_OR_STRINGS
    }
}
