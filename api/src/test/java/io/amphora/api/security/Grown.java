package io.amphora.api.security;

import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// One list or map of a kind, and objects of that kind in which it has many entries, each with whatever a schema lets
/// be filled in.
///
/// @param path fields from the root to it; lists and maps on the way have one entry
record Grown(List<String> path, Schema root) {

    /// Every list and map, each field of each type once.
    static List<Grown> all(Schema root, Set<String> seen) {
        var found = new ArrayList<Grown>();
        collect(root, root, List.of(), seen, found);
        return found;
    }

    private static void collect(Schema root, Schema at, List<String> path, Set<String> seen, List<Grown> found) {
        Schema inner = at;
        while (inner.type() == Schema.Type.LIST || inner.type() == Schema.Type.MAP) inner = inner.items();
        if (inner.type() != Schema.Type.OBJECT) return;
        for (Schema.Field field : inner.fields().values()) {
            if (!seen.add(inner.name() + "." + field.name())) continue;
            var deeper = new ArrayList<>(path);
            deeper.add(field.name());
            Schema.Type type = field.schema().type();
            if (type == Schema.Type.LIST || type == Schema.Type.MAP) found.add(new Grown(List.copyOf(deeper), root));
            collect(root, field.schema(), deeper, seen, found);
        }
    }

    ObjectTree with(int entries) {
        return value(root, 0, entries).object();
    }

    private Tree value(Schema schema, int level, int entries) {
        boolean last = level == path.size();
        return switch (schema.type()) {
            case LIST -> {
                Schema items = schema.items();
                yield last ? list(items, entries) : ListTree.of(value(items, level, entries));
            }
            case MAP -> {
                Schema items = schema.items();
                yield last ? map(items, entries) : ObjectTree.of("k", value(items, level, entries));
            }
            case OBJECT -> {
                ObjectTree around = filled(schema, 0, 1).object();
                if (last) yield around;
                String name = path.get(level);
                Schema.Field field = schema.fields().get(name);
                yield around.with(name, value(field.schema(), level + 1, entries));
            }
            default -> filled(schema, 0, 1);
        };
    }

    private static ListTree list(Schema items, int entries) {
        return new ListTree(
                IntStream.range(0, entries).mapToObj(i -> filled(items, i, 2)).toList());
    }

    private static ObjectTree map(Schema items, int entries) {
        ObjectTree.Builder map = ObjectTree.builder();
        for (int i = 0; i < entries; i++) map.put("k" + i, filled(items, i, 2));
        return map.build();
    }

    /// A value with all scalars, and what lies `depth` levels below.
    private static Tree filled(Schema schema, int i, int depth) {
        return switch (schema.type()) {
            case OBJECT -> {
                ObjectTree.Builder object = ObjectTree.builder();
                for (Schema.Field field : schema.fields().values())
                    if (depth > 0 || isScalar(field.schema()))
                        object.put(field.name(), filled(field.schema(), i, depth - 1));
                yield object.build();
            }
            case MAP -> depth > 0 ? ObjectTree.of("k", filled(schema.items(), i, depth - 1)) : ObjectTree.EMPTY;
            case LIST -> depth > 0 ? ListTree.of(filled(schema.items(), i, depth - 1)) : ListTree.EMPTY;
            default -> scalar(schema, i);
        };
    }

    private static boolean isScalar(Schema schema) {
        return !Set.of(Schema.Type.OBJECT, Schema.Type.MAP, Schema.Type.LIST).contains(schema.type());
    }

    private static Tree scalar(Schema schema, int i) {
        return switch (schema.format()) {
            case BYTES -> Tree.of("YQ==");
            case TIME, MICRO_TIME -> Tree.of("2026-01-01T00:00:00Z");
            case QUANTITY -> Tree.of(i + 1);
            case DURATION -> Tree.of("1s");
            case RAW_EXTENSION, FIELDS_V1, JSON -> ObjectTree.EMPTY;
            default ->
                switch (schema.type()) {
                    case INTEGER, NUMBER, INT_OR_STRING -> Tree.of(i + 1);
                    case BOOLEAN -> Tree.of(true);
                    case ANY -> ObjectTree.EMPTY;
                    default -> Tree.of("a" + i);
                };
        };
    }

    static Set<String> none() {
        return new HashSet<>();
    }

    @Override
    public String toString() {
        return String.join(".", path);
    }
}
