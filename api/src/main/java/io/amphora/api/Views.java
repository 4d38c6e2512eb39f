package io.amphora.api;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.RandomAccess;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the accessors of the generated views share. Lists and maps are looks at the tree too: nothing is copied
/// or
/// decoded before it is asked for. A value of another JSON type than the accessor's counts as absent.
public final class Views {
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Views() {}

    public static Optional<String> findText(ObjectTree tree, String name) {
        return tree.find(name) instanceof Tree.Text(var value) ? Optional.of(value) : Optional.empty();
    }

    public static OptionalInt findInt(ObjectTree tree, String name) {
        return tree.find(name) instanceof Tree.Whole(var value) ? OptionalInt.of((int) value) : OptionalInt.empty();
    }

    public static OptionalLong findLong(ObjectTree tree, String name) {
        return tree.find(name) instanceof Tree.Whole(var value) ? OptionalLong.of(value) : OptionalLong.empty();
    }

    public static Optional<Boolean> findBool(ObjectTree tree, String name) {
        return tree.find(name) instanceof Tree.Bool(var value) ? Optional.of(value) : Optional.empty();
    }

    public static OptionalDouble findDecimal(ObjectTree tree, String name) {
        return switch (tree.find(name)) {
            case Tree.Whole(var value) -> OptionalDouble.of(value);
            case Tree.Decimal(var value) -> OptionalDouble.of(value);
            case null, default -> OptionalDouble.empty();
        };
    }

    public static double decimal(ObjectTree tree, String name) {
        return findDecimal(tree, name).orElse(0);
    }

    /// Any value but JSON's null.
    public static Optional<Tree> findTree(ObjectTree tree, String name) {
        Tree value = tree.get(name);
        return value.isNull() ? Optional.empty() : Optional.of(value);
    }

    public static <T> Optional<T> findObject(ObjectTree tree, String name, Function<ObjectTree, T> type) {
        return tree.find(name) instanceof ObjectTree object ? Optional.of(type.apply(object)) : Optional.empty();
    }

    /// A time of RFC 3339, of whatever zone and precision.
    public static Optional<Instant> findTime(ObjectTree tree, String name) {
        return Optional.ofNullable(time(tree.get(name)));
    }

    private static @Nullable Instant time(Tree tree) {
        return tree instanceof Tree.Text(var value) && !value.isEmpty()
                ? DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(value, Instant::from)
                : null;
    }

    public static Optional<byte[]> findBytes(ObjectTree tree, String name) {
        return tree.find(name) instanceof Tree.Text text ? Optional.of(bytes(text)) : Optional.empty();
    }

    /// The bytes of a base64 text; none for what is no text.
    public static byte[] bytes(Tree tree) {
        return tree instanceof Tree.Text(var value) ? Base64.getDecoder().decode(value) : new byte[0];
    }

    public static List<String> textList(ListTree list) {
        return new ListView<>(list, Views::textOf);
    }

    public static List<Integer> intList(ListTree list) {
        return new ListView<>(list, item -> item instanceof Tree.Whole(var value) ? (int) value : 0);
    }

    public static List<Long> longList(ListTree list) {
        return new ListView<>(list, item -> item instanceof Tree.Whole(var value) ? value : 0L);
    }

    public static List<Boolean> boolList(ListTree list) {
        return new ListView<>(list, item -> item instanceof Tree.Bool(var value) && value);
    }

    public static List<byte[]> bytesList(ListTree list) {
        return new ListView<>(list, Views::bytes);
    }

    public static List<Tree> treeList(ListTree list) {
        return list.items();
    }

    public static <T> List<T> objectList(ListTree list, Function<ObjectTree, T> type) {
        return new ListView<>(list, item -> type.apply(item.object()));
    }

    public static Map<String, String> textMap(ObjectTree object) {
        return new MapView<>(object, Views::textOf);
    }

    public static Map<String, byte[]> bytesMap(ObjectTree object) {
        return new MapView<>(object, Views::bytes);
    }

    public static Map<String, Instant> timeMap(ObjectTree object) {
        return new MapView<>(object, value -> {
            Instant time = time(value);
            return time == null ? Instant.EPOCH : time;
        });
    }

    public static Map<String, Tree> treeMap(ObjectTree object) {
        return new MapView<>(object, value -> value);
    }

    public static Map<String, List<String>> textListMap(ObjectTree object) {
        return new MapView<>(object, value -> textList(value.list()));
    }

    public static <T> Map<String, T> objectMap(ObjectTree object, Function<ObjectTree, T> type) {
        return new MapView<>(object, value -> type.apply(value.object()));
    }

    private static String textOf(Tree tree) {
        return tree instanceof Tree.Text(var value) ? value : "";
    }

    /// A time with seconds, as `metav1.Time` is written.
    public static Tree tree(Instant value) {
        return Tree.of(value.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /// A time with microseconds, as `metav1.MicroTime` is written.
    public static Tree microTime(Instant value) {
        return Tree.of(MICROS.format(value));
    }

    public static Tree tree(byte[] value) {
        return Tree.of(Base64.getEncoder().encodeToString(value));
    }

    public static Tree tree(List<?> values) {
        if (values instanceof ListView<?> view) return view.list;
        var items = new ArrayList<Tree>(values.size());
        for (Object value : values) items.add(item(value));
        return items.isEmpty() ? ListTree.EMPTY : new ListTree(items);
    }

    public static Tree tree(Map<String, ?> values) {
        if (values instanceof MapView<?> view) return view.object;
        var object = ObjectTree.builder();
        values.forEach((name, value) -> object.put(name, item(value)));
        return object.build();
    }

    private static Tree item(Object value) {
        return switch (value) {
            case View view -> view.tree();
            case byte[] bytes -> tree(bytes);
            case Instant time -> tree(time);
            case List<?> list -> tree(list);
            default -> Tree.from(value);
        };
    }

    private static final class ListView<T> extends AbstractList<T> implements RandomAccess {
        private final ListTree list;
        private final Function<Tree, T> item;

        ListView(ListTree list, Function<Tree, T> item) {
            this.list = list;
            this.item = item;
        }

        @Override
        public T get(int index) {
            return item.apply(list.get(index));
        }

        @Override
        public int size() {
            return list.size();
        }
    }

    private static final class MapView<T> extends AbstractMap<String, T> {
        private final ObjectTree object;
        private final Function<Tree, T> item;

        MapView(ObjectTree object, Function<Tree, T> item) {
            this.object = object;
            this.item = item;
        }

        @Override
        public @Nullable T get(@Nullable Object name) {
            Tree value = name instanceof String text ? object.find(text) : null;
            return value == null ? null : item.apply(value);
        }

        @Override
        public boolean containsKey(@Nullable Object name) {
            return name instanceof String text && object.has(text);
        }

        @Override
        public int size() {
            return object.size();
        }

        @Override
        public Set<Map.Entry<String, T>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public Iterator<Map.Entry<String, T>> iterator() {
                    return new Iterator<>() {
                        private int next;

                        @Override
                        public boolean hasNext() {
                            return next < object.size();
                        }

                        @Override
                        public Map.Entry<String, T> next() {
                            if (next == object.size()) throw new java.util.NoSuchElementException();
                            var entry =
                                    new SimpleImmutableEntry<>(object.nameAt(next), item.apply(object.valueAt(next)));
                            next++;
                            return entry;
                        }
                    };
                }

                @Override
                public int size() {
                    return object.size();
                }
            };
        }
    }
}
