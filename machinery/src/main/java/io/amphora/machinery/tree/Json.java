package io.amphora.machinery.tree;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Reads and writes trees as JSON text (RFC 8259, UTF-8).
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /// The tree, and the paths (`spec.containers[0].name`) of names that stood more than once in one object, in the order of the text.
    public record Document(Tree tree, List<String> duplicates) {}

    public static Tree read(byte[] json) {
        return read(json, 0, json.length);
    }

    /// @throws JsonSyntaxException when it is not exactly one JSON value
    public static Tree read(byte[] json, int offset, int length) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json, offset, length)) {
            return new Reader(parser, null).document();
        } catch (JacksonException failure) {
            throw syntax(failure);
        }
    }

    public static Tree read(String json) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            return new Reader(parser, null).document();
        } catch (JacksonException failure) {
            throw syntax(failure);
        }
    }

    /// Like [#read(byte[])], and tells the names that stood twice. The last one holds.
    public static Document readStrictly(byte[] json) {
        var duplicates = new ArrayList<String>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            return new Document(new Reader(parser, duplicates).document(), duplicates);
        } catch (JacksonException failure) {
            throw syntax(failure);
        }
    }

    public static String write(Tree tree) {
        var text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(tree, generator);
        }
        return text.toString();
    }

    public static byte[] bytes(Tree tree) {
        var bytes = new ByteArrayOutputStream(1024);
        write(tree, bytes);
        return bytes.toByteArray();
    }

    public static void write(Tree tree, OutputStream out) {
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            write(tree, generator);
        }
        try {
            out.flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public static void write(Tree tree, JsonGenerator out) {
        switch (tree) {
            case ObjectTree object -> {
                out.writeStartObject();
                for (int i = 0; i < object.size(); i++) {
                    out.writeName(object.nameAt(i));
                    write(object.valueAt(i), out);
                }
                out.writeEndObject();
            }
            case ListTree list -> {
                out.writeStartArray();
                for (Tree item : list) write(item, out);
                out.writeEndArray();
            }
            case Tree.Text(var value) -> out.writeString(value);
            case Tree.Whole(var value) -> out.writeNumber(value);
            case Tree.Decimal(var value) -> out.writeNumber(value);
            case Tree.Bool(var value) -> out.writeBoolean(value);
            case Tree.Null ignored -> out.writeNull();
        }
    }

    private static JsonSyntaxException syntax(JacksonException failure) {
        var where = failure.getLocation();
        return new JsonSyntaxException(
                failure.getOriginalMessage(), where == null ? 0 : where.getLineNr(), where == null ? 0 : where.getColumnNr());
    }

    private static final class Reader {
        private final JsonParser parser;
        private final @Nullable List<String> duplicates;

        Reader(JsonParser parser, @Nullable List<String> duplicates) {
            this.parser = parser;
            this.duplicates = duplicates;
        }

        Tree document() {
            JsonToken first = parser.nextToken();
            if (first == null) throw new JsonSyntaxException("unexpected end of JSON input", 1, 1);
            Tree tree = value(first, "");
            if (parser.nextToken() != null) throw new JsonSyntaxException("more than one JSON value", 1, 1);
            return tree;
        }

        private Tree value(JsonToken token, String path) {
            return switch (token) {
                case START_OBJECT -> object(path);
                case START_ARRAY -> list(path);
                case VALUE_STRING -> new Tree.Text(parser.getString());
                case VALUE_NUMBER_INT ->
                    parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                            ? new Tree.Decimal(parser.getDoubleValue())
                            : new Tree.Whole(parser.getLongValue());
                case VALUE_NUMBER_FLOAT -> Tree.of(parser.getDoubleValue());
                case VALUE_TRUE -> Tree.Bool.TRUE;
                case VALUE_FALSE -> Tree.Bool.FALSE;
                case VALUE_NULL -> Tree.NULL;
                default -> throw new JsonSyntaxException("unexpected " + token, 1, 1);
            };
        }

        private ObjectTree object(String path) {
            var builder = ObjectTree.builder();
            var seen = duplicates == null ? null : new HashSet<String>();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                String inner = duplicates == null ? "" : path.isEmpty() ? name : path + "." + name;
                if (seen != null && !seen.add(name) && duplicates != null) duplicates.add(inner);
                builder.put(name, value(parser.nextToken(), inner));
            }
            return builder.build();
        }

        private ListTree list(String path) {
            var items = new ArrayList<Tree>();
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken())
                items.add(value(token, duplicates == null ? "" : path + "[" + items.size() + "]"));
            return items.isEmpty() ? ListTree.EMPTY : new ListTree(items);
        }
    }
}
