package io.amphora.apiserver.openapi;

import io.amphora.api.codec.ProtobufWriter;
import io.amphora.apiserver.openapi.OpenApiMessages.Choice;
import io.amphora.apiserver.openapi.OpenApiMessages.Field;
import io.amphora.apiserver.openapi.OpenApiMessages.Message;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.util.List;

/// Writes OpenAPI documents in protobuf, from the trees that they are in JSON. Clients read this form much faster,
/// and some of them no other.
///
/// Properties that the messages have no field for are left out.
final class OpenApiProtobuf {
    private final OpenApiMessages messages;
    private final ProtobufWriter out = new ProtobufWriter();

    private OpenApiProtobuf(OpenApiMessages messages) {
        this.messages = messages;
    }

    static byte[] write(OpenApiMessages messages, ObjectTree document) {
        var protobuf = new OpenApiProtobuf(messages);
        protobuf.content(messages.message("Document"), document);
        return protobuf.out.toBytes();
    }

    /// Last to first, as the writer wants it.
    private void content(Message message, Tree value) {
        for (Choice choice : message.choices()) {
            if (holds(choice.condition(), value)) {
                field(choice.field(), value);
                return;
            }
        }
        if (!(value instanceof ObjectTree object)) return;
        for (int i = object.size() - 1; i >= 0; i--) property(message, object.nameAt(i), object.valueAt(i));
    }

    private static boolean holds(String condition, Tree value) {
        return switch (condition) {
            case "" -> true;
            case "boolean" -> value instanceof Tree.Bool;
            case "number" -> value instanceof Tree.Whole || value instanceof Tree.Decimal;
            case "text" -> value instanceof Tree.Text;
            default -> {
                String[] property = condition.split("=", 2);
                yield value instanceof ObjectTree object
                        && object.has(property[0])
                        && (property.length == 1 || object.text(property[0]).equals(property[1]));
            }
        };
    }

    private void property(Message message, String name, Tree value) {
        Field own = message.own(name);
        Field entries = own == null ? message.entries(name) : null;
        if (own != null) field(own, value);
        else if (entries != null) entry(entries, name, value);
    }

    private void field(Field field, Tree value) {
        int mark = out.mark();
        List<Tree> values = field.isList() && value instanceof ListTree list ? list.items() : List.of(value);
        for (Tree item : values.reversed()) single(field.number(), field.type(), item);
        for (int i = field.numbers().length - 2; i >= 0; i--) out.close(field.numbers()[i], mark);
    }

    private void entry(Field entries, String name, Tree value) {
        int mark = out.mark();
        single(2, entries.type(), value);
        out.text(1, name);
        out.close(entries.number(), mark);
    }

    private void single(int number, String type, Tree value) {
        int mark = out.mark();
        switch (type) {
            case "" -> plain(number, value);
            case "Double" -> decimal(number, value);
            case "Any" -> {
                out.text(2, Yaml.write(value));
                out.close(number, mark);
            }
            default -> {
                content(messages.message(type), value);
                out.close(number, mark);
            }
        }
    }

    private void plain(int number, Tree value) {
        switch (value) {
            case Tree.Text(var text) -> out.text(number, text);
            case Tree.Bool(var bool) -> out.bool(number, bool);
            case Tree.Whole(var whole) -> out.whole(number, whole);
            case Tree.Decimal(var decimal) -> out.whole(number, (long) decimal);
            case Tree.Null _, ListTree _, ObjectTree _ -> {}
        }
    }

    private void decimal(int number, Tree value) {
        if (value instanceof Tree.Decimal(var decimal)) out.decimal(number, decimal);
        if (value instanceof Tree.Whole(var whole)) out.decimal(number, whole);
    }
}
