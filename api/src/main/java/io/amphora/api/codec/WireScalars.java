package io.amphora.api.codec;

import io.amphora.api.Views;
import io.amphora.api.schema.Declarations.Scalar;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The values that are one in JSON: most are a plain protobuf value, some a small message.
///
/// ```
///   Time, MicroTime   {seconds = 1, nanos = 2}; empty for none
///   Quantity          {string = 1}
///   IntOrString       {type = 1 (0 number, 1 text), intVal = 2, strVal = 3}
///   RawExtension, FieldsV1, JSON   {raw = 1}, JSON text, or an enveloped object
///   JSONSchemaPropsOrArray         {schema = 1, jSONSchemas = 2}
///   JSONSchemaPropsOrBool          {allows = 1, schema = 2}
///   JSONSchemaPropsOrStringArray   {schema = 1, property = 2}
/// ```
final class WireScalars {
    private static final String SCHEMA_TYPE =
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
    private static final long GO_ZERO_TIME = -62135596800L;

    private WireScalars() {}

    static boolean isNumber(Scalar scalar) {
        return switch (scalar) {
            case INT32, INT64, BOOLEAN -> true;
            default -> false;
        };
    }

    static void write(Scalar scalar, int number, Tree value, ProtobufWriter out) {
        switch (scalar) {
            case STRING -> out.text(number, text(value));
            case INT32, INT64 -> out.whole(number, whole(value));
            case BOOLEAN -> out.bool(number, value.equals(Tree.Bool.TRUE));
            case DOUBLE -> out.decimal(number, value instanceof Tree.Decimal(var decimal) ? decimal : whole(value));
            case BYTES -> out.bytes(number, Views.bytes(value));
            default -> {
                int mark = out.mark();
                writeMessage(scalar, value, out);
                out.close(number, mark);
            }
        }
    }

    private static void writeMessage(Scalar scalar, Tree value, ProtobufWriter out) {
        switch (scalar) {
            case TIME, MICRO_TIME -> writeTime(value, out);
            case QUANTITY ->
                out.text(
                        1,
                        value instanceof Tree.Text(var text)
                                ? text
                                : Quantity.parse(value).toString());
            case INT_OR_STRING -> {
                boolean isText = value instanceof Tree.Text;
                out.text(3, isText ? text(value) : "");
                out.whole(2, isText ? 0 : whole(value));
                out.whole(1, isText ? 1 : 0);
            }
            case RAW_EXTENSION, FIELDS_V1, JSON -> {
                if (!value.isNull()) out.bytes(1, Json.bytes(value));
            }
            case SCHEMA_OR_ARRAY -> {
                if (value instanceof ListTree list) writeSchemas(2, list.items(), out);
                else writeSchemas(1, List.of(value), out);
            }
            case SCHEMA_OR_BOOL -> {
                if (value instanceof ObjectTree) writeSchemas(2, List.of(value), out);
                out.bool(1, !value.equals(Tree.Bool.FALSE));
            }
            case SCHEMA_OR_STRINGS -> {
                if (value instanceof ListTree list)
                    for (Tree item : list.items().reversed()) out.text(2, text(item));
                else writeSchemas(1, List.of(value), out);
            }
            default -> throw new IllegalStateException(scalar + " is no message");
        }
    }

    private static void writeTime(Tree value, ProtobufWriter out) {
        if (value.isNull()) return;
        Instant time = GoTime.parse(text(value));
        out.whole(2, time.getNano());
        out.whole(1, time.getEpochSecond());
    }

    private static void writeSchemas(int number, List<Tree> schemas, ProtobufWriter out) {
        for (Tree schema : schemas.reversed()) {
            int mark = out.mark();
            WireType.of(SCHEMA_TYPE).write(schema.object(), out);
            out.close(number, mark);
        }
    }

    static Tree read(Scalar scalar, ProtobufReader in) {
        return switch (scalar) {
            case STRING -> Tree.of(in.text());
            case INT32 -> Tree.of((int) in.whole());
            case INT64 -> Tree.of(in.whole());
            case BOOLEAN -> Tree.of(in.whole() != 0);
            case DOUBLE -> Tree.of(in.decimal());
            case BYTES -> Views.tree(in.bytes());
            case TIME -> readTime(in.message(), false);
            case MICRO_TIME -> readTime(in.message(), true);
            case QUANTITY -> readQuantity(in.message());
            case INT_OR_STRING -> readIntOrString(in.message());
            case RAW_EXTENSION, FIELDS_V1, JSON -> readRaw(in.message());
            case SCHEMA_OR_ARRAY -> readSchemas(in.message(), 1, 2);
            case SCHEMA_OR_STRINGS -> readSchemas(in.message(), 1, 0);
            case SCHEMA_OR_BOOL -> readSchemas(in.message(), 2, 0);
        };
    }

    static void readPacked(Scalar scalar, ProtobufReader in, List<Tree> items) {
        while (in.hasMore()) {
            long value = in.varint();
            items.add(
                    scalar == Scalar.BOOLEAN
                            ? Tree.of(value != 0)
                            : Tree.of(scalar == Scalar.INT32 ? (int) value : value));
        }
    }

    private static Tree readTime(ProtobufReader in, boolean micros) {
        if (!in.hasMore()) return Tree.NULL;
        long seconds = 0;
        int nanos = 0;
        for (int number = in.next(); number != 0; number = in.next()) {
            if (number == 1) seconds = in.whole();
            else if (number == 2) nanos = (int) in.whole();
            else in.skip();
        }
        if (seconds == GO_ZERO_TIME && nanos == 0) return Tree.NULL;
        Instant time = Instant.ofEpochSecond(seconds, nanos);
        return micros ? Views.microTime(time) : Views.tree(time);
    }

    private static Tree readQuantity(ProtobufReader in) {
        String text = "0";
        for (int number = in.next(); number != 0; number = in.next()) {
            if (number == 1) text = in.text();
            else in.skip();
        }
        return Tree.of(text);
    }

    private static Tree readIntOrString(ProtobufReader in) {
        boolean isText = false;
        long whole = 0;
        String text = "";
        for (int number = in.next(); number != 0; number = in.next()) {
            switch (number) {
                case 1 -> isText = in.whole() == 1;
                case 2 -> whole = (int) in.whole();
                case 3 -> text = in.text();
                default -> in.skip();
            }
        }
        return isText ? Tree.of(text) : Tree.of(whole);
    }

    private static Tree readRaw(ProtobufReader in) {
        byte[] raw = new byte[0];
        for (int number = in.next(); number != 0; number = in.next()) {
            if (number == 1) raw = in.bytes();
            else in.skip();
        }
        if (raw.length == 0) return Tree.NULL;
        return ProtobufCodec.isEnveloped(raw) ? ProtobufCodec.read(raw) : Json.read(raw);
    }

    /// @param single the number of the field with one schema
    /// @param several that with a list of them; 0 when the other field is a list of texts or, at 1, a boolean
    private static Tree readSchemas(ProtobufReader in, int single, int several) {
        Tree schema = Tree.NULL;
        Tree allows = Tree.NULL;
        var items = new ArrayList<Tree>();
        for (int number = in.next(); number != 0; number = in.next()) {
            if (number == single) schema = WireType.of(SCHEMA_TYPE).read(in.message());
            else if (number == several) items.add(WireType.of(SCHEMA_TYPE).read(in.message()));
            else if (number == 1) allows = Tree.of(in.whole() != 0);
            else if (number == 2) items.add(Tree.of(in.text()));
            else in.skip();
        }
        if (!schema.isNull()) return schema;
        return allows.isNull() ? new ListTree(items) : allows;
    }

    private static String text(Tree value) {
        if (value instanceof Tree.Text(var text)) return text;
        throw new IllegalArgumentException("not a text: " + value);
    }

    private static long whole(Tree value) {
        if (value instanceof Tree.Whole(var whole)) return whole;
        throw new IllegalArgumentException("not a whole number: " + value);
    }
}
