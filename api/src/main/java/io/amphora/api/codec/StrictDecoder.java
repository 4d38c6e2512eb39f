package io.amphora.api.codec;

import io.amphora.api.schema.Declarations;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Spelling;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes of what a client sent what Kubernetes makes of it when it decodes it into a type and writes it back:
/// unknown
/// fields
/// are left out and told, values of the wrong type are an error, nulls and empty values go where the type does
/// not keep
/// them, parts that always exist appear (`status: {}`), quantities, times and base64 get their canonical text.
///
/// An object of a custom resource is only pruned: its values stay as they are, but for its metadata.
public final class StrictDecoder {
    private StrictDecoder() {}

    /// @param problems `unknown field "spec.foo"` and, when decoded from text, `duplicate field "spec.a"`, each
    ///     once
    public record Decoded(ObjectTree tree, List<String> problems) {}

    /// Decodes a tree; unknown fields are told in the order of the tree, which is sorted by name.
    ///
    /// @throws DecodeException for a value of the wrong type
    public static Decoded decode(ObjectTree tree, Schema schema) {
        return decode(tree, schema, Spelling.PLAIN);
    }

    /// As [#decode(ObjectTree, Schema)], of a tree with parts that were read from a text: numbers with a point or an
    /// exponent are not whole, and names that stand twice are merged as Go does.
    public static Decoded decode(ObjectTree tree, Schema schema, Spelling spelling) {
        var pass = new DecodePass(spelling);
        ObjectTree decoded = object(RepeatedMembers.merged(tree, schema, spelling), schema, pass);
        pass.throwFirst();
        return new Decoded(spelling.canonical(decoded).object(), pass.unknown());
    }

    /// Decodes a JSON text; problems are told in the order of the text.
    ///
    /// @throws DecodeException for a value of the wrong type
    /// @throws io.amphora.machinery.tree.JsonSyntaxException when it is not JSON
    public static Decoded decode(byte[] json, Schema schema) {
        Json.Document document = Json.readStrictly(json);
        return decode(json, document, schema);
    }

    /// As [#decode(byte[], Schema)], of a text that [Json#readStrictly] has read already.
    public static Decoded decode(byte[] json, Json.Document document, Schema schema) {
        Decoded decoded = decode(document.tree().object(), schema, document.spelling());
        if (decoded.problems().isEmpty() && document.duplicates().isEmpty()) return decoded;
        var order = new ProblemOrder(decoded.problems(), document.duplicates());
        boolean custom = Declarations.find(schema.name()) == null;
        return new Decoded(decoded.tree(), custom ? order.duplicatesFirst() : order.of(json));
    }

    /// What is always there in an object of a type, such as `spec: {}`; null for a type that is not built in.
    public static @Nullable ObjectTree findZero(String type) {
        TypeDecoder decoder = TypeDecoder.find(type);
        return decoder == null ? null : decoder.zero();
    }

    private static ObjectTree object(ObjectTree tree, Schema schema, DecodePass pass) {
        TypeDecoder type = TypeDecoder.find(schema.name());
        return type != null ? type.object(tree, pass) : pruned(tree, schema, pass);
    }

    private static ObjectTree pruned(ObjectTree tree, Schema schema, DecodePass pass) {
        return tree.map((name, value) -> {
            Schema.Field field = schema.findField(name);
            if (field == null) {
                if (schema.preserveUnknown()) return value;
                pass.unknown(name);
                return null;
            }
            pass.enter(name);
            Tree kept = pruned(value, field.schema(), pass);
            pass.leave();
            return kept;
        });
    }

    private static Tree pruned(Tree value, Schema schema, DecodePass pass) {
        return switch (schema.type()) {
            case OBJECT -> {
                if (value instanceof ObjectTree tree) yield object(tree, schema, pass);
                TypeDecoder type = value.isNull() ? null : TypeDecoder.find(schema.name());
                if (type != null) pass.wrongType(value, "v1." + type.name());
                yield value;
            }
            case MAP -> value instanceof ObjectTree map ? prunedMap(map, schema, pass) : value;
            case LIST -> value instanceof ListTree list ? prunedList(list, schema, pass) : value;
            default -> value;
        };
    }

    private static ObjectTree prunedMap(ObjectTree map, Schema schema, DecodePass pass) {
        return map.map((name, each) -> {
            pass.enter(name);
            Tree kept = pruned(each, schema.items(), pass);
            pass.leave();
            return kept;
        });
    }

    private static ListTree prunedList(ListTree list, Schema schema, DecodePass pass) {
        int[] index = {0};
        return list.map(each -> {
            pass.enter(index[0]++);
            Tree kept = pruned(each, schema.items(), pass);
            pass.leave();
            return kept;
        });
    }

    /// What to say of a field at a path.
    static String unknownField(String path) {
        return "unknown field " + GoText.quote(path);
    }

    static String duplicateField(String path) {
        return "duplicate field " + GoText.quote(path);
    }
}
