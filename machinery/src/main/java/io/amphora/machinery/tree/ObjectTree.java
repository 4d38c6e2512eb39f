package io.amphora.machinery.tree;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A JSON object: names and values, sorted by name (by UTF-16 unit, as `String.compareTo`), each name once.
///
/// The order is canonical, so equal objects are equal arrays, and look-up is a binary search.
public final class ObjectTree implements Tree, Iterable<Map.Entry<String, Tree>> {
    public static final ObjectTree EMPTY = new ObjectTree(new String[0], new Tree[0]);

    private final String[] names;
    private final Tree[] values;
    private int hash;

    private ObjectTree(String[] names, Tree[] values) {
        this.names = names;
        this.values = values;
    }

    /// An object of `name, value, name, value, …`, the values as in [Tree#from].
    public static ObjectTree of(@Nullable Object... pairs) {
        var builder = builder();
        for (int i = 0; i < pairs.length; i += 2)
            builder.put((String) Objects.requireNonNull(pairs[i]), Tree.from(pairs[i + 1]));
        return builder.build();
    }

    public static ObjectTree from(Map<?, ?> map) {
        var builder = builder();
        map.forEach((name, value) -> builder.put((String) name, Tree.from(value)));
        return builder.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// A builder that starts with what is in this object.
    public Builder toBuilder() {
        var builder = new Builder();
        builder.names = Arrays.copyOf(names, names.length + 4);
        builder.values = Arrays.copyOf(values, names.length + 4);
        builder.size = names.length;
        return builder;
    }

    public int size() {
        return names.length;
    }

    public boolean isEmpty() {
        return names.length == 0;
    }

    public String nameAt(int index) {
        return names[index];
    }

    public Tree valueAt(int index) {
        return values[index];
    }

    public List<String> names() {
        return List.of(names);
    }

    /// The values in the order of their names.
    public List<Tree> values() {
        return Collections.unmodifiableList(Arrays.asList(values));
    }

    public boolean has(String name) {
        return index(name) >= 0;
    }

    /// The value of a name, JSON's null included; Java's null when the name is absent.
    public @Nullable Tree find(String name) {
        int at = index(name);
        return at < 0 ? null : values[at];
    }

    /// The value of a name, JSON's null when it is absent.
    public Tree get(String name) {
        int at = index(name);
        return at < 0 ? NULL : values[at];
    }

    /// What stands at a path of names, JSON's null when there is nothing.
    public Tree at(String... path) {
        Tree here = this;
        for (String name : path) here = here.object().get(name);
        return here;
    }

    /// The object at a name, the empty one when there is none.
    public ObjectTree object(String name) {
        return get(name).object();
    }

    /// The list at a name, the empty one when there is none.
    public ListTree list(String name) {
        return get(name).list();
    }

    /// The text at a name, "" when there is none.
    public String text(String name) {
        return get(name) instanceof Text(var value) ? value : "";
    }

    /// The whole number at a name, 0 when there is none.
    public long whole(String name) {
        return get(name) instanceof Whole(var value) ? value : 0;
    }

    /// The boolean at a name, false when there is none.
    public boolean bool(String name) {
        return get(name) instanceof Bool(var value) && value;
    }

    public ObjectTree with(String name, Tree value) {
        int at = index(name);
        if (at >= 0) {
            if (values[at] == value) return this;
            Tree[] changed = values.clone();
            changed[at] = value;
            return new ObjectTree(names, changed);
        }
        int insert = -at - 1;
        var longerNames = new String[names.length + 1];
        var longerValues = new Tree[names.length + 1];
        System.arraycopy(names, 0, longerNames, 0, insert);
        System.arraycopy(values, 0, longerValues, 0, insert);
        longerNames[insert] = name;
        longerValues[insert] = value;
        System.arraycopy(names, insert, longerNames, insert + 1, names.length - insert);
        System.arraycopy(values, insert, longerValues, insert + 1, names.length - insert);
        return new ObjectTree(longerNames, longerValues);
    }

    public ObjectTree with(String name, @Nullable String value) {
        return with(name, Tree.of(value));
    }

    public ObjectTree with(String name, long value) {
        return with(name, Tree.of(value));
    }

    public ObjectTree with(String name, boolean value) {
        return with(name, Tree.of(value));
    }

    /// This object with `value` at a path of names, objects made on the way where there are none.
    public ObjectTree withAt(Tree value, String... path) {
        return withAt(value, 0, path);
    }

    private ObjectTree withAt(Tree value, int from, String[] path) {
        return with(
                path[from], from == path.length - 1 ? value : object(path[from]).withAt(value, from + 1, path));
    }

    public ObjectTree without(String name) {
        int at = index(name);
        if (at < 0) return this;
        if (names.length == 1) return EMPTY;
        var fewerNames = new String[names.length - 1];
        var fewerValues = new Tree[names.length - 1];
        System.arraycopy(names, 0, fewerNames, 0, at);
        System.arraycopy(values, 0, fewerValues, 0, at);
        System.arraycopy(names, at + 1, fewerNames, at, names.length - at - 1);
        System.arraycopy(values, at + 1, fewerValues, at, names.length - at - 1);
        return new ObjectTree(fewerNames, fewerValues);
    }

    /// This object without what stands at a path; objects on the way stay, even when they become empty.
    public ObjectTree withoutAt(String... path) {
        return withoutAt(0, path);
    }

    private ObjectTree withoutAt(int from, String[] path) {
        if (from == path.length - 1) return without(path[from]);
        return find(path[from]) instanceof ObjectTree inner ? with(path[from], inner.withoutAt(from + 1, path)) : this;
    }

    /// This object with the value of a name, if there is one, replaced by what `change` makes of it.
    public ObjectTree change(String name, UnaryOperator<Tree> change) {
        Tree value = find(name);
        return value == null ? this : with(name, change.apply(value));
    }

    /// This object with each value replaced by what `change` makes of it; null drops the name.
    public ObjectTree map(BiFunction<String, Tree, @Nullable Tree> change) {
        var changed = new ArrayList<Tree>(names.length);
        var kept = new ArrayList<String>(names.length);
        boolean same = true;
        for (int i = 0; i < names.length; i++) {
            Tree made = change.apply(names[i], values[i]);
            same &= made == values[i];
            if (made != null) {
                kept.add(names[i]);
                changed.add(made);
            }
        }
        return same ? this : new ObjectTree(kept.toArray(String[]::new), changed.toArray(Tree[]::new));
    }

    @Override
    public Iterator<Map.Entry<String, Tree>> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < names.length;
            }

            @Override
            public Map.Entry<String, Tree> next() {
                if (next == names.length) throw new java.util.NoSuchElementException();
                return new AbstractMap.SimpleImmutableEntry<>(names[next], values[next++]);
            }
        };
    }

    private int index(String name) {
        int low = 0;
        int high = names.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = names[middle].compareTo(name);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -(low + 1);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof ObjectTree that
                        && names.length == that.names.length
                        && Arrays.equals(names, that.names)
                        && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        if (hash == 0) hash = 31 * Arrays.hashCode(names) + Arrays.hashCode(values);
        return hash;
    }

    @Override
    public String toString() {
        return Json.write(this);
    }

    /// Collects names and values in any order; of a name put twice the last value holds.
    public static final class Builder {
        private String[] names = new String[8];
        private Tree[] values = new Tree[8];
        private int size;
        private boolean sorted = true;

        public Builder put(String name, Tree value) {
            if (size == names.length) {
                names = Arrays.copyOf(names, size * 2);
                values = Arrays.copyOf(values, size * 2);
            }
            if (size > 0 && sorted) sorted = names[size - 1].compareTo(name) < 0;
            names[size] = name;
            values[size++] = value;
            return this;
        }

        public Builder put(String name, @Nullable String value) {
            return put(name, Tree.of(value));
        }

        public Builder put(String name, long value) {
            return put(name, Tree.of(value));
        }

        public Builder put(String name, boolean value) {
            return put(name, Tree.of(value));
        }

        public ObjectTree build() {
            if (size == 0) return EMPTY;
            int unique = sorted ? size : sort(names, values, 0, size);
            size = unique;
            sorted = true;
            return new ObjectTree(Arrays.copyOf(names, unique), Arrays.copyOf(values, unique));
        }
    }

    /// An object of arrays that are sorted by name and nobody else changes.
    static ObjectTree sorted(String[] names, Tree[] values) {
        return new ObjectTree(names, values);
    }

    /// Sorts a part of two arrays by name; of a name that stands twice the later value is kept. Returns how
    /// many names
    /// are left.
    static int sort(String[] names, Tree[] values, int from, int to) {
        int ordered = from + 1;
        while (ordered < to && names[ordered - 1].compareTo(names[ordered]) < 0) ordered++;
        if (ordered >= to) return to - from;
        return to - from > 24 ? sortMany(names, values, from, to) : sortFew(names, values, from, ordered, to);
    }

    private static int sortFew(String[] names, Tree[] values, int from, int ordered, int to) {
        int end = ordered;
        for (int next = ordered; next < to; next++) {
            String name = names[next];
            Tree value = values[next];
            int at = end;
            int order = 1;
            while (at > from && (order = names[at - 1].compareTo(name)) > 0) at--;
            if (at > from && order == 0) {
                values[at - 1] = value;
                continue;
            }
            System.arraycopy(names, at, names, at + 1, end - at);
            System.arraycopy(values, at, values, at + 1, end - at);
            names[at] = name;
            values[at] = value;
            end++;
        }
        return end - from;
    }

    private static int sortMany(String[] names, Tree[] values, int from, int to) {
        var ordered = new TreeMap<String, Tree>();
        for (int i = from; i < to; i++) ordered.put(names[i], values[i]);
        int at = from;
        for (var entry : ordered.entrySet()) {
            names[at] = entry.getKey();
            values[at++] = entry.getValue();
        }
        return at - from;
    }
}
