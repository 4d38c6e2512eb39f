package io.amphora.api.codec;

import io.amphora.api.schema.Declarations;
import io.amphora.api.schema.Declarations.Shape;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One protobuf message: which field number is which name, and how each is read and written. A message that
/// JSON has
/// inlined
/// is a type of its own here, whose fields stand in the same object.
final class WireType {
    private static final Map<String, WireType> TYPES = new ConcurrentHashMap<>();

    /// @param name JSON's name, "" for an inlined message
    /// @param slot where its value lies while an object is written; those of inlined messages lie among them
    /// @param inlined set for an inlined message only
    private record Field(
            int number,
            String name,
            int slot,
            @Nullable Shape shape,
            @Nullable WireType inlined) {}

    /// By number, ascending.
    private final Field[] fields;
    /// The index in `fields` plus one by number; 0 for none.
    private final int[] indexes;
    /// The slots by name, of inlined fields too.
    private final Map<String, Integer> slots;

    private WireType(List<Field> fields, Map<String, Integer> slots) {
        this.fields = fields.toArray(Field[]::new);
        Arrays.sort(this.fields, Comparator.comparingInt(Field::number));
        this.indexes = new int[this.fields.length == 0 ? 1 : this.fields[this.fields.length - 1].number + 1];
        for (int i = 0; i < this.fields.length; i++) indexes[this.fields[i].number] = i + 1;
        this.slots = slots;
    }

    /// @param name such as `io.k8s.api.core.v1.PodSpec`
    static WireType of(String name) {
        WireType known = TYPES.get(name);
        return known != null
                ? known
                : TYPES.computeIfAbsent(
                        name, key -> compile(Declarations.of(key).fields(), 0, new HashMap<>()));
    }

    /// @param level how many messages around the fields are inlined
    private static WireType compile(List<Declarations.Field> declared, int level, Map<String, Integer> slots) {
        var fields = new ArrayList<Field>();
        var inlined = new TreeMap<Integer, List<Declarations.Field>>();
        for (Declarations.Field field : declared) {
            if (field.numbers().size() == level + 1) {
                slots.put(field.name(), slots.size());
                fields.add(new Field(field.numbers().get(level), field.name(), slots.size() - 1, field.shape(), null));
            } else if (field.numbers().size() > level + 1) {
                inlined.computeIfAbsent(field.numbers().get(level), number -> new ArrayList<>())
                        .add(field);
            }
        }
        inlined.forEach(
                (number, inner) -> fields.add(new Field(number, "", -1, null, compile(inner, level + 1, slots))));
        return new WireType(fields, slots);
    }

    void write(ObjectTree object, ProtobufWriter out) {
        var values = new Tree[slots.size()];
        for (int i = 0; i < object.size(); i++) {
            Integer slot = slots.get(object.nameAt(i));
            if (slot != null) values[slot] = object.valueAt(i);
        }
        write(values, out);
    }

    private void write(@Nullable Tree[] values, ProtobufWriter out) {
        for (int i = fields.length - 1; i >= 0; i--) {
            Field field = fields[i];
            if (field.inlined != null) {
                int mark = out.mark();
                field.inlined.write(values, out);
                if (out.mark() > mark) out.close(field.number, mark);
            } else if (field.shape != null && values[field.slot] instanceof Tree value && !value.isNull()) {
                write(field.shape, field.number, value, out);
            }
        }
    }

    private static void write(Shape shape, int number, Tree value, ProtobufWriter out) {
        switch (shape) {
            case Shape.Plain(var scalar) -> WireScalars.write(scalar, number, value, out);
            case Shape.Ref(var type) -> {
                int mark = out.mark();
                of(type).write(value.object(), out);
                out.close(number, mark);
            }
            case Shape.ListOf list -> {
                int mark = out.mark();
                List<Tree> items = value.list().items();
                for (int i = items.size() - 1; i >= 0; i--)
                    write(list.items(), list.wrapped() ? 1 : number, items.get(i), out);
                if (list.wrapped()) out.close(number, mark);
            }
            case Shape.MapOf map -> {
                ObjectTree entries = value.object();
                for (int i = entries.size() - 1; i >= 0; i--) {
                    int mark = out.mark();
                    write(map.values(), 2, entries.valueAt(i), out);
                    out.text(1, entries.nameAt(i));
                    out.close(number, mark);
                }
            }
        }
    }

    ObjectTree read(ProtobufReader in) {
        ObjectTree.Builder out = ObjectTree.builder();
        read(in, out);
        return out.build();
    }

    private void read(ProtobufReader in, ObjectTree.Builder out) {
        // Of each field a tree, or the items or entries so far.
        var found = new Object[fields.length];
        for (int number = in.next(); number != 0; number = in.next()) {
            int index = number < indexes.length ? indexes[number] - 1 : -1;
            if (index < 0) {
                in.skip();
                continue;
            }
            Field field = fields[index];
            if (field.inlined != null) field.inlined.read(in.message(), out);
            else if (field.shape != null) found[index] = read(field.shape, found[index], in);
        }
        for (int i = 0; i < found.length; i++) {
            Tree value = tree(found[i]);
            if (value != null && !value.isNull()) out.put(fields[i].name, value);
        }
    }

    private static Object read(Shape shape, @Nullable Object before, ProtobufReader in) {
        return switch (shape) {
            case Shape.ListOf list
            when !list.wrapped() -> {
                Items items = before instanceof Items known ? known : new Items(new ArrayList<>());
                if (list.items() instanceof Shape.Plain(var scalar) && WireScalars.isNumber(scalar) && in.isPacked())
                    WireScalars.readPacked(scalar, in.message(), items.trees);
                else items.trees.add(single(list.items(), in));
                yield items;
            }
            case Shape.MapOf map -> {
                ObjectTree.Builder entries = before instanceof ObjectTree.Builder known ? known : ObjectTree.builder();
                readEntry(map.values(), in.message(), entries);
                yield entries;
            }
            default -> single(shape, in);
        };
    }

    private static Tree single(Shape shape, ProtobufReader in) {
        return switch (shape) {
            case Shape.Plain(var scalar) -> WireScalars.read(scalar, in);
            case Shape.Ref(var type) -> of(type).read(in.message());
            case Shape.ListOf list -> {
                var items = new ArrayList<Tree>();
                ProtobufReader message = in.message();
                for (int number = message.next(); number != 0; number = message.next()) {
                    if (number == 1) items.add(single(list.items(), message));
                    else message.skip();
                }
                yield new ListTree(items);
            }
            case Shape.MapOf ignored -> throw new IllegalStateException("no message is a map");
        };
    }

    /// A key or a value that is missing is the zero one.
    private static void readEntry(Shape values, ProtobufReader in, ObjectTree.Builder entries) {
        String key = "";
        Tree value = null;
        for (int number = in.next(); number != 0; number = in.next()) {
            if (number == 1) key = in.text();
            else if (number == 2) value = single(values, in);
            else in.skip();
        }
        entries.put(key, value == null ? Tree.NULL : value);
    }

    private record Items(ArrayList<Tree> trees) {}

    private static @Nullable Tree tree(@Nullable Object found) {
        return switch (found) {
            case null -> null;
            case Items(var trees) -> new ListTree(trees);
            case ObjectTree.Builder entries -> entries.build();
            default -> (Tree) found;
        };
    }
}
