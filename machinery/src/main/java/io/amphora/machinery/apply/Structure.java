package io.amphora.machinery.apply;

import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Objects as server-side apply sees them: made of fields and keyed items that can have owners of their own,
/// down to
/// what its schema calls atomic.
final class Structure {
    private static final Schema UNKNOWN = Schema.scalar(Schema.Type.ANY, Schema.Format.NONE);

    private Structure() {}

    /// Whether two writers' values of this shape merge rather than replace each other. What no schema describes
    /// (the
    /// inside of a preserved object) merges too, by its fields; its lists are atomic.
    static boolean merges(Schema schema, Tree value) {
        return switch (schema.type()) {
            case OBJECT, MAP -> schema.merge() == Schema.Merge.GRANULAR && value instanceof ObjectTree;
            case LIST -> schema.merge() != Schema.Merge.ATOMIC && value instanceof ListTree;
            case ANY -> schema.format() == Schema.Format.NONE && value instanceof ObjectTree;
            default -> false;
        };
    }

    static Schema ofField(Schema schema, String name) {
        return switch (schema.type()) {
            case OBJECT -> {
                Schema.Field field = schema.findField(name);
                yield field == null ? UNKNOWN : field.schema();
            }
            case MAP -> schema.items();
            default -> UNKNOWN;
        };
    }

    static Schema ofItem(Schema schema) {
        return schema.type() == Schema.Type.LIST ? schema.items() : UNKNOWN;
    }

    /// How an item of a list is known. Keys that the item leaves out have their default.
    static PathElement elementOf(Schema list, Tree item) {
        if (list.merge() == Schema.Merge.SET) return new PathElement.Value(item);
        var keys = ObjectTree.builder();
        for (String key : list.mapKeys()) {
            Tree value = item.object().find(key);
            Schema.Field field = list.items().findField(key);
            if (value == null && field != null) value = field.defaultValue();
            if (value != null) keys.put(key, value);
        }
        return new PathElement.Key(keys.build());
    }

    /// The items of a list by how they are known; of equal ones the last.
    static Map<PathElement, Tree> itemsOf(Schema list, ListTree items) {
        var byElement = new LinkedHashMap<PathElement, Tree>();
        for (Tree item : items) byElement.put(elementOf(list, item), item);
        return byElement;
    }

    /// Every path of an object that can have an owner.
    static FieldSet fieldsOf(Tree value, Schema schema) {
        var set = new FieldSet.Builder();
        collect(value, schema, set);
        return set.build();
    }

    private static void collect(Tree value, Schema schema, FieldSet.Builder set) {
        if (value instanceof ListTree list) {
            for (var item : itemsOf(schema, list).entrySet()) {
                set.add(item.getKey());
                if (merges(schema.items(), item.getValue()))
                    collect(item.getValue(), schema.items(), set.child(item.getKey()));
            }
            return;
        }
        for (var pair : value.object()) {
            var element = new PathElement.Field(pair.getKey());
            Schema inner = ofField(schema, pair.getKey());
            boolean known = schema.type() == Schema.Type.OBJECT && schema.findField(pair.getKey()) != null;
            boolean merging = merges(inner, pair.getValue());
            boolean empty = pair.getValue() instanceof ObjectTree object && object.isEmpty();
            if (!merging || empty || !known) set.add(element);
            if (merging) collect(pair.getValue(), inner, set.child(element));
        }
    }

    /// What changed between two objects of one schema.
    record Difference(FieldSet added, FieldSet modified, FieldSet removed) {
        boolean isEmpty() {
            return added.isEmpty() && modified.isEmpty() && removed.isEmpty();
        }

        Difference minusTrees(FieldSet ignored) {
            return new Difference(added.minusTrees(ignored), modified.minusTrees(ignored), removed.minusTrees(ignored));
        }
    }

    static Difference compare(Tree before, Tree after, Schema schema) {
        var added = new FieldSet.Builder();
        var modified = new FieldSet.Builder();
        var removed = new FieldSet.Builder();
        compare(before, after, schema, added, modified, removed);
        return new Difference(added.build(), modified.build(), removed.build());
    }

    private static void compare(
            Tree before,
            Tree after,
            Schema schema,
            FieldSet.Builder added,
            FieldSet.Builder modified,
            FieldSet.Builder removed) {
        if (before == after || before.equals(after)) return;
        if (before instanceof ListTree left && after instanceof ListTree right) {
            Map<PathElement, Tree> old = itemsOf(schema, left);
            Map<PathElement, Tree> now = itemsOf(schema, right);
            for (PathElement element : union(old, now))
                compareAt(element, old.get(element), now.get(element), schema.items(), false, added, modified, removed);
            return;
        }
        ObjectTree left = before.object();
        ObjectTree right = after.object();
        var names = new java.util.TreeSet<>(left.names());
        names.addAll(right.names());
        for (String name : names) {
            Schema.Field field = schema.findField(name);
            boolean always = field != null && field.required() && field.schema().type() == Schema.Type.LIST;
            compareAt(
                    new PathElement.Field(name),
                    left.find(name),
                    right.find(name),
                    ofField(schema, name),
                    always,
                    added,
                    modified,
                    removed);
        }
    }

    /// @param always whether the field counts as there, though empty, where it is absent: so do lists that must
    ///     be
    /// given
    private static void compareAt(
            PathElement element,
            @Nullable Tree before,
            @Nullable Tree after,
            Schema schema,
            boolean always,
            FieldSet.Builder added,
            FieldSet.Builder modified,
            FieldSet.Builder removed) {
        if (before == null || before.isNull() && after != null && merges(schema, after) && !isEmpty(after)) {
            if (after != null) addAll(element, after, schema, before == null && !always, added);
        } else if (after == null || after.isNull() && merges(schema, before) && !isEmpty(before)) {
            addAll(element, before, schema, after == null && !always, removed);
        } else if (!before.equals(after)) {
            if (merges(schema, before) && merges(schema, after))
                compare(before, after, schema, added.child(element), modified.child(element), removed.child(element));
            else modified.add(element);
        }
    }

    /// Everything that comes or goes with a value: itself, and all that is in it.
    ///
    /// @param itself false where the field was, or stays, there without a value (JSON's null): then it counts
    ///     only
    ///     when the value is empty
    private static void addAll(PathElement element, Tree value, Schema schema, boolean itself, FieldSet.Builder set) {
        boolean merging = merges(schema, value);
        if (itself || !merging || isEmpty(value)) set.add(element);
        if (!merging) return;
        FieldSet.Builder below = set.child(element);
        if (value instanceof ListTree list)
            itemsOf(schema, list).forEach((each, item) -> addAll(each, item, schema.items(), true, below));
        else
            for (var pair : value.object())
                addAll(
                        new PathElement.Field(pair.getKey()),
                        pair.getValue(),
                        ofField(schema, pair.getKey()),
                        true,
                        below);
    }

    private static Iterable<PathElement> union(Map<PathElement, Tree> left, Map<PathElement, Tree> right) {
        var both = new HashSet<>(left.keySet());
        both.addAll(right.keySet());
        return both;
    }

    /// `live` with everything that `applied` says. Items that only one side has stay in their side's order.
    static Tree merge(Tree live, Tree applied, Schema schema) {
        if (!merges(schema, live) || !merges(schema, applied)) return applied;
        if (live instanceof ListTree left && applied instanceof ListTree right) return mergeLists(left, right, schema);
        ObjectTree merged = live.object();
        for (var pair : applied.object()) {
            Tree before = merged.find(pair.getKey());
            Tree value =
                    before == null ? pair.getValue() : merge(before, pair.getValue(), ofField(schema, pair.getKey()));
            merged = merged.with(pair.getKey(), value);
        }
        return merged;
    }

    /// The items of both in one order: applied ones as they were applied, and each of the others before the
    /// item that
    /// followed it in `live`. An item that both have stands where its next applied neighbour lets it.
    private static ListTree mergeLists(ListTree live, ListTree applied, Schema schema) {
        Map<PathElement, Tree> old = itemsOf(schema, live);
        Map<PathElement, Tree> now = itemsOf(schema, applied);
        var ours = new ArrayDeque<>(now.keySet());
        var shared = new ArrayDeque<>(ours);
        shared.removeIf(element -> !old.containsKey(element));
        var merged = new LinkedHashMap<PathElement, Tree>();
        for (var item : old.entrySet()) {
            PathElement element = item.getKey();
            if (!now.containsKey(element)) {
                merged.put(element, item.getValue());
                continue;
            }
            boolean others = !shared.isEmpty() && !shared.getFirst().equals(element);
            if (merged.containsKey(element) || others) continue;
            while (!merged.containsKey(element)) {
                PathElement next = ours.removeFirst();
                shared.remove(next);
                merged.put(next, merged(old.get(next), now.get(next), schema));
            }
        }
        for (PathElement next : ours) merged.put(next, merged(old.get(next), now.get(next), schema));
        return new ListTree(List.copyOf(merged.values()));
    }

    private static Tree merged(@Nullable Tree before, @Nullable Tree applied, Schema schema) {
        if (applied == null) return Objects.requireNonNull(before);
        return before == null ? applied : merge(before, applied, schema.items());
    }

    /// `value` without the paths of a set. An object or list that loses everything stays, empty; see
    /// [#withoutEmptied].
    static Tree without(Tree value, FieldSet gone, Schema schema) {
        if (gone.isEmpty()) return value;
        if (value instanceof ListTree list) {
            var kept = new ArrayList<Tree>();
            for (Tree item : list) {
                PathElement element = elementOf(schema, item);
                if (!gone.has(element)) kept.add(without(item, gone.below(element), schema.items()));
            }
            return new ListTree(kept);
        }
        return value.object().map((name, inner) -> {
            var element = new PathElement.Field(name);
            if (gone.has(element)) return null;
            FieldSet below = gone.below(element);
            return below.isEmpty() ? inner : without(inner, below, ofField(schema, name));
        });
    }

    /// `after` without the objects and lists that have become empty since `before`. What held nothing else stays
    /// itself: where `a.b.c` goes, `b` goes with it, and `a` is left empty.
    static Tree withoutEmptied(Tree before, Tree after, Schema schema) {
        if (before == after) return after;
        if (before instanceof ListTree left && after instanceof ListTree right) {
            Map<PathElement, Tree> old = itemsOf(schema, left);
            return right.map(item -> {
                Tree was = old.get(elementOf(schema, item));
                return was == null ? item : withoutEmptied(was, item, schema.items());
            });
        }
        if (!(before instanceof ObjectTree left) || !(after instanceof ObjectTree right)) return after;
        return right.map((name, inner) -> {
            Tree was = left.find(name);
            if (was == null || was == inner) return inner;
            Schema shape = ofField(schema, name);
            if (!merges(shape, inner)) return inner;
            return isEmpty(inner) && !isEmpty(was) ? null : withoutEmptied(was, inner, shape);
        });
    }

    private static boolean isEmpty(Tree tree) {
        return tree instanceof ObjectTree object && object.isEmpty() || tree instanceof ListTree list && list.isEmpty();
    }

    /// What is wrong with an applied object's lists: items that stand twice, as `.spec.ports: duplicate entries
    /// for key
    /// […]`.
    static List<String> duplicates(Tree value, Schema schema, String path) {
        var found = new ArrayList<String>();
        if (value instanceof ListTree list
                && schema.type() == Schema.Type.LIST
                && schema.merge() != Schema.Merge.ATOMIC) {
            var seen = new HashSet<PathElement>();
            for (Tree item : list) {
                PathElement element = elementOf(schema, item);
                if (!seen.add(element)) found.add(path + ": duplicate entries for key " + element);
                found.addAll(duplicates(item, schema.items(), path + element));
            }
        } else if (merges(schema, value)) {
            for (var pair : value.object())
                found.addAll(duplicates(pair.getValue(), ofField(schema, pair.getKey()), path + "." + pair.getKey()));
        }
        return found;
    }
}
