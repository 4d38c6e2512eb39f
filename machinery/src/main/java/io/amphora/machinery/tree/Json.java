package io.amphora.machinery.tree;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/// Reads and writes trees as JSON text (RFC 8259, UTF-8).
public final class Json {
    /// Levels that a tree may have. Deeper ones are refused where they are read, so that walking a tree by
    /// recursion never exhausts a stack, not even one of a JVM that has just started, whose frames are largest.
    /// The stack of a megabyte that threads have by default is good for 400. A server is started with larger
    /// ones, and with this property set to Kubernetes' own limit of 10,000 (`server.jvm`).
    public static final int DEEPEST = Integer.getInteger("amphora.json.deepest", 400);

    private Json() {}

    /// The tree, and the paths (`spec.containers[0].name`) of names that stood more than once in one object, in
    /// the
    /// order of the text.
    public record Document(Tree tree, List<String> duplicates) {}

    public static Tree read(byte[] json) {
        return read(json, 0, json.length);
    }

    /// @throws JsonSyntaxException when it is not exactly one JSON value
    public static Tree read(byte[] json, int offset, int length) {
        return new JsonReader(json, offset, length).document();
    }

    public static Tree read(String json) {
        return read(json.getBytes(StandardCharsets.UTF_8));
    }

    /// The values of a text that has several, one after the other with nothing but blanks between them.
    public static List<Tree> readAll(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        var reader = new JsonReader(bytes, 0, bytes.length);
        var trees = new ArrayList<Tree>();
        while (reader.hasNext()) trees.add(reader.next());
        return trees;
    }

    /// Like [#read(byte[])], and tells the names that stood twice. The last one holds.
    public static Document readStrictly(byte[] json) {
        var reader = new JsonReader(json, 0, json.length);
        Tree tree = reader.document();
        return new Document(tree, reader.nameTwice() ? JsonReader.duplicates(json) : List.of());
    }

    public static String write(Tree tree) {
        var writer = new JsonWriter(256).value(tree);
        return new String(writer.buffer(), 0, writer.size(), StandardCharsets.UTF_8);
    }

    /// As Go writes JSON unless told otherwise: fit to stand in HTML.
    public static String writeEscaped(Tree tree) {
        return write(tree)
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    public static byte[] bytes(Tree tree) {
        return new JsonWriter().value(tree).toBytes();
    }

    public static void write(Tree tree, OutputStream out) {
        var writer = new JsonWriter().value(tree);
        try {
            out.write(writer.buffer(), 0, writer.size());
            out.flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// For what is written through Jackson anyway; [JsonWriter] is faster.
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
}
