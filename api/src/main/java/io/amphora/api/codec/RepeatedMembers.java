package io.amphora.api.codec;

import io.amphora.api.schema.Declarations.Shape;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Spelling;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a name that stands twice comes to. Go decodes the second value into what the first one left: fields of
/// structs and entries of maps are added, items of lists are decoded into those of the same index, null takes away
/// what is a pointer, a map or a list. Of a custom resource, which is no type of Go, the last one holds.
final class RepeatedMembers {
    private final Spelling spelling;

    private RepeatedMembers(Spelling spelling) {
        this.spelling = spelling;
    }

    static ObjectTree merged(ObjectTree tree, Schema schema, Spelling spelling) {
        TypeDecoder type = spelling.hasRepeated() ? TypeDecoder.find(schema.name()) : null;
        return type == null ? tree : new RepeatedMembers(spelling).object(tree, type);
    }

    private ObjectTree object(ObjectTree tree, TypeDecoder type) {
        List<Spelling.Member> members = spelling.members(tree);
        if (members.isEmpty()) return tree.map((name, value) -> value(value, type.findShape(name)));
        var merged = new HashMap<String, Tree>();
        for (Spelling.Member member : members) {
            Tree value = value(member.value(), type.findShape(member.name()));
            merged.merge(member.name(), value, (first, second) -> second(first, second, type, member.name()));
        }
        return tree(merged);
    }

    private Tree value(Tree value, @Nullable Shape shape) {
        if (value instanceof ObjectTree object && shape instanceof Shape.Ref(var name)) {
            TypeDecoder type = TypeDecoder.find(name);
            return type == null ? value : object(object, type);
        }
        if (value instanceof ObjectTree object && shape instanceof Shape.MapOf map)
            return object.map((name, each) -> value(each, map.values()));
        if (value instanceof ListTree list && shape instanceof Shape.ListOf of)
            return list.map(each -> value(each, of.items()));
        return value;
    }

    private static Tree second(Tree first, Tree second, TypeDecoder type, String field) {
        Shape shape = type.findShape(field);
        return second.isNull() && type.isPointer(field) ? Tree.NULL : second(first, second, shape);
    }

    /// A value decoded into another. One of the wrong type is kept, so that it is told.
    private static Tree second(Tree first, Tree second, @Nullable Shape shape) {
        return switch (shape) {
            case Shape.Ref(var name) -> {
                TypeDecoder type = TypeDecoder.find(name);
                if (second.isNull()) yield first;
                yield type != null && first instanceof ObjectTree one && second instanceof ObjectTree other
                        ? fields(one, other, type)
                        : kept(first, second, first instanceof ObjectTree);
            }
            case Shape.MapOf ignored -> {
                if (first instanceof ObjectTree one && second instanceof ObjectTree other) yield entries(one, other);
                yield kept(first, second, first instanceof ObjectTree);
            }
            case Shape.ListOf list -> {
                if (first instanceof ListTree one && second instanceof ListTree other)
                    yield items(one, other, list.items());
                yield kept(first, second, first instanceof ListTree);
            }
            case Shape.Plain ignored -> second.isNull() ? first : second;
            case null -> second;
        };
    }

    private static Tree kept(Tree first, Tree second, boolean rightType) {
        return rightType || first.isNull() ? second : first;
    }

    private static ObjectTree fields(ObjectTree first, ObjectTree second, TypeDecoder type) {
        var merged = members(first);
        for (int i = 0; i < second.size(); i++) {
            String name = second.nameAt(i);
            merged.merge(name, second.valueAt(i), (one, other) -> second(one, other, type, name));
        }
        return tree(merged);
    }

    private static ObjectTree entries(ObjectTree first, ObjectTree second) {
        var merged = members(first);
        merged.putAll(members(second));
        return tree(merged);
    }

    private static ListTree items(ListTree first, ListTree second, Shape shape) {
        var merged = new ArrayList<Tree>();
        for (int i = 0; i < second.size(); i++)
            merged.add(i < first.size() ? second(first.get(i), second.get(i), shape) : second.get(i));
        return new ListTree(merged);
    }

    private static Map<String, Tree> members(ObjectTree object) {
        var members = new HashMap<String, Tree>();
        for (int i = 0; i < object.size(); i++) members.put(object.nameAt(i), object.valueAt(i));
        return members;
    }

    private static ObjectTree tree(Map<String, Tree> members) {
        ObjectTree.Builder tree = ObjectTree.builder();
        members.forEach(tree::put);
        return tree.build();
    }
}
