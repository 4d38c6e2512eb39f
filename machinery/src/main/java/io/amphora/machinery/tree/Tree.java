package io.amphora.machinery.tree;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One JSON value (RFC 8259), immutable and comparable by content.
///
/// Everything the cluster stores, sends and compares is such a tree; the typed objects of the API are views
/// over it.
/// Copies share what they have in common, so replacing one field of a large object is cheap.
public sealed interface Tree permits ObjectTree, ListTree, Tree.Null, Tree.Text, Tree.Whole, Tree.Decimal, Tree.Bool {

    /// JSON's `null`.
    Tree NULL = Null.NULL;

    enum Null implements Tree {
        NULL;

        @Override
        public String toString() {
            return "null";
        }
    }

    record Text(String value) implements Tree {
        @Override
        public String toString() {
            return Json.write(this);
        }
    }

    /// A number without fraction or exponent that fits 64 bits; so does a number whose fraction is zero (`1.0`
    /// reads as
    /// `1`).
    record Whole(long value) implements Tree {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /// Every other number.
    record Decimal(double value) implements Tree {
        @Override
        public String toString() {
            return Json.write(this);
        }
    }

    record Bool(boolean value) implements Tree {
        public static final Bool TRUE = new Bool(true);
        public static final Bool FALSE = new Bool(false);

        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /// Numbers that stand everywhere (replicas, ports, seconds), made once.
    final class Small {
        private static final Whole[] WHOLES = new Whole[1024];

        static {
            for (int i = 0; i < WHOLES.length; i++) WHOLES[i] = new Whole(i);
        }

        private Small() {}
    }

    static Tree of(@Nullable String value) {
        return value == null ? NULL : new Text(value);
    }

    static Tree of(long value) {
        return value >= 0 && value < Small.WHOLES.length ? Small.WHOLES[(int) value] : new Whole(value);
    }

    static Tree of(double value) {
        return value == Math.rint(value) && Math.abs(value) < 9.2e18 ? of((long) value) : new Decimal(value);
    }

    static Tree of(boolean value) {
        return value ? Bool.TRUE : Bool.FALSE;
    }

    /// The tree of plain Java values: maps with string keys, lists, strings, numbers, booleans, null, and trees
    /// as they
    /// are.
    static Tree from(@Nullable Object value) {
        return switch (value) {
            case null -> NULL;
            case Tree tree -> tree;
            case String text -> new Text(text);
            case Boolean bool -> of(bool.booleanValue());
            case Double number -> of(number.doubleValue());
            case Float number -> of(number.doubleValue());
            case Number number -> of(number.longValue());
            case Map<?, ?> map -> ObjectTree.from(map);
            case List<?> list -> ListTree.from(list);
            default -> throw new IllegalArgumentException("no JSON value: " + value.getClass());
        };
    }

    default boolean isNull() {
        return this == NULL;
    }

    /// This text's value; null for everything that is no text.
    default @Nullable String text() {
        return this instanceof Text(var value) ? value : null;
    }

    /// This tree if it is an object, else the empty object.
    default ObjectTree object() {
        return this instanceof ObjectTree object ? object : ObjectTree.EMPTY;
    }

    /// This tree if it is a list, else the empty list.
    default ListTree list() {
        return this instanceof ListTree list ? list : ListTree.EMPTY;
    }
}
