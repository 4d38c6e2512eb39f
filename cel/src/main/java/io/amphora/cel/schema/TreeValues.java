package io.amphora.cel.schema;

import io.amphora.cel.CelException;
import io.amphora.cel.value.Bytes;
import io.amphora.cel.value.ListValue;
import io.amphora.cel.value.MapValue;
import io.amphora.cel.value.Values;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.time.GoDuration;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Trees as values of CEL: views, so that nothing is copied that no expression asks for.
public final class TreeValues {
    private TreeValues() {}

    /// A tree as its schema says.
    ///
    /// @throws CelException where it is not of that schema
    public static Object of(Tree tree, SchemaType type) {
        if (tree.isNull()) {
            if (type.nullable()) return Tree.NULL;
            throw new CelException("invalid data, got null for schema with nullable=false");
        }
        return switch (type.kind()) {
            case DYNAMIC -> dynamic(tree);
            case INT_OR_STRING -> intOrString(tree);
            case ATOMIC_LIST, SET, MAP_LIST -> {
                if (!(tree instanceof ListTree list) || type.element() == null) throw wrong("an array", "type=array");
                yield new SchemaItems(list, type, type.element());
            }
            case MAP -> {
                if (!(tree instanceof ObjectTree object) || type.element() == null) throw wrong("a map", "type=object");
                yield new Entries(object, type.element());
            }
            case OBJECT -> {
                if (!(tree instanceof ObjectTree object)) throw wrong("a map", "type=object");
                yield new Fields(object, type);
            }
            case NUMBER ->
                switch (tree) {
                    case Tree.Whole(var number) -> (double) number;
                    case Tree.Decimal(var number) -> number;
                    default -> throw unexpected("float", tree);
                };
            case INTEGER -> {
                if (!(tree instanceof Tree.Whole(var number))) throw unexpected("int", tree);
                yield number;
            }
            case BOOLEAN -> {
                if (!(tree instanceof Tree.Bool(var bool))) throw unexpected("bool", tree);
                yield bool;
            }
            case STRING, BYTES, DURATION, DATE, DATE_TIME -> {
                if (!(tree instanceof Tree.Text(var text))) throw unexpected("string", tree);
                yield formatted(text, type.kind());
            }
        };
    }

    /// A tree without a schema.
    public static Object dynamic(Tree tree) {
        return switch (tree) {
            case Tree.Null none -> Tree.NULL;
            case Tree.Text(var text) -> text;
            case Tree.Whole(var number) -> number;
            case Tree.Decimal(var number) -> number;
            case Tree.Bool(var bool) -> bool;
            case ListTree list -> new DynamicItems(list);
            case ObjectTree object -> new DynamicEntries(object);
        };
    }

    private static CelException wrong(String what, String schema) {
        return new CelException("invalid data, expected " + what + " for the provided schema with " + schema);
    }

    private static CelException unexpected(String type, Tree tree) {
        return new CelException("invalid data, expected " + type + ", got " + goType(tree));
    }

    private static String goType(Tree tree) {
        return switch (tree) {
            case Tree.Text text -> "string";
            case Tree.Whole number -> "int64";
            case Tree.Decimal number -> "float64";
            case Tree.Bool bool -> "bool";
            case ListTree list -> "[]interface {}";
            case ObjectTree object -> "map[string]interface {}";
            case Tree.Null none -> "<nil>";
        };
    }

    private static Object intOrString(Tree tree) {
        return switch (tree) {
            case Tree.Text(var text) -> text;
            case Tree.Whole(var number) -> number;
            default ->
                throw new CelException("invalid data, expected XIntOrString value to be either a string or integer");
        };
    }

    private static Object formatted(String text, SchemaType.Kind kind) {
        try {
            return switch (kind) {
                case BYTES -> new Bytes(Base64.getMimeDecoder().decode(text));
                case DURATION -> GoDuration.parse(text);
                case DATE -> LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
                case DATE_TIME -> OffsetDateTime.parse(text).toInstant();
                default -> text;
            };
        } catch (DateTimeException | IllegalArgumentException bad) {
            String said = switch (kind) {
                case BYTES -> "Invalid byte formatted string ";
                case DURATION -> "Invalid duration ";
                case DATE -> "Invalid date formatted string ";
                default -> "Invalid date-time formatted string ";
            };
            throw new CelException(said + text + ": " + GoText.quote(String.valueOf(bad.getMessage())));
        }
    }

    /// A list by its schema: of type `set` and `map` it is compared without regard to order, and `+` merges (KEP-2876).
    private record SchemaItems(ListTree tree, SchemaType type, SchemaType element) implements ListValue {
        @Override
        public int size() {
            return tree.size();
        }

        @Override
        public Object get(int index) {
            return of(tree.get(index), element);
        }

        @Override
        public boolean isEqualTo(ListValue other) {
            if (type.kind() == SchemaType.Kind.ATOMIC_LIST) return ListValue.super.isEqualTo(other);
            if (size() != other.size()) return false;
            List<Object> ours = items();
            for (int i = 0; i < other.size(); i++) {
                Object theirs = other.get(i);
                int same = find(ours, theirs);
                if (same < 0 || !Values.equal(ours.get(same), theirs)) return false;
            }
            return true;
        }

        @Override
        public ListValue plus(ListValue other) {
            if (type.kind() == SchemaType.Kind.ATOMIC_LIST) return ListValue.super.plus(other);
            var merged = new ArrayList<>(items());
            for (int i = 0; i < other.size(); i++) {
                Object theirs = other.get(i);
                int same = find(merged, theirs);
                if (same < 0) merged.add(theirs);
                else merged.set(same, theirs);
            }
            return new Merged(merged, this);
        }

        /// Where the item is that a set or keyed list takes for the same.
        int find(List<Object> items, Object item) {
            for (int i = 0; i < items.size(); i++) if (isSame(items.get(i), item)) return i;
            return -1;
        }

        private boolean isSame(Object ours, Object theirs) {
            if (type.kind() == SchemaType.Kind.SET) return Values.equal(ours, theirs);
            if (!(ours instanceof MapValue a) || !(theirs instanceof MapValue b)) return false;
            for (String key : type.listKeys()) {
                String name = FieldNames.escaped(key);
                Object left = name == null ? null : a.find(name);
                Object right = name == null ? null : b.find(name);
                if (left == null ? right != null : right == null || !Values.equal(left, right)) return false;
            }
            return true;
        }
    }

    /// What `+` of a set or keyed list made.
    private record Merged(List<Object> all, SchemaItems like) implements ListValue {
        @Override
        public int size() {
            return all.size();
        }

        @Override
        public Object get(int index) {
            return all.get(index);
        }

        @Override
        public boolean isEqualTo(ListValue other) {
            if (size() != other.size()) return false;
            for (int i = 0; i < other.size(); i++) {
                int same = like.find(all, other.get(i));
                if (same < 0 || !Values.equal(all.get(same), other.get(i))) return false;
            }
            return true;
        }

        @Override
        public ListValue plus(ListValue other) {
            var merged = new ArrayList<>(all);
            for (int i = 0; i < other.size(); i++) {
                int same = like.find(merged, other.get(i));
                if (same < 0) merged.add(other.get(i));
                else merged.set(same, other.get(i));
            }
            return new Merged(merged, like);
        }
    }

    private record Entries(ObjectTree tree, SchemaType element) implements MapValue {
        @Override
        public int size() {
            return tree.size();
        }

        @Override
        public @Nullable Object find(Object key) {
            Tree found = key instanceof String name ? tree.find(name) : null;
            return found == null ? null : of(found, element);
        }

        @Override
        public Collection<?> keys() {
            return tree.names();
        }
    }

    private record Fields(ObjectTree tree, SchemaType type) implements MapValue {
        @Override
        public int size() {
            return tree.size();
        }

        @Override
        public @Nullable Object find(Object key) {
            SchemaType.Field field = key instanceof String name ? type.fields().get(name) : null;
            Tree found = field == null ? null : tree.find(field.name());
            return found == null || field == null ? null : of(found, field.type());
        }

        @Override
        public Collection<?> keys() {
            var keys = new ArrayList<String>();
            type.fields().forEach((name, field) -> {
                if (tree.has(field.name())) keys.add(name);
            });
            return keys;
        }

        @Override
        public boolean isObject() {
            return true;
        }

        /// Also by what the schema keeps without knowing it.
        @Override
        public boolean isEqualTo(MapValue other) {
            if (other instanceof Fields(ObjectTree theirs, SchemaType same) && same.equals(type) && tree.equals(theirs))
                return true;
            return MapValue.super.isEqualTo(other);
        }
    }

    private record DynamicItems(ListTree tree) implements ListValue {
        @Override
        public int size() {
            return tree.size();
        }

        @Override
        public Object get(int index) {
            return dynamic(tree.get(index));
        }
    }

    private record DynamicEntries(ObjectTree tree) implements MapValue {
        @Override
        public int size() {
            return tree.size();
        }

        @Override
        public @Nullable Object find(Object key) {
            Tree found = key instanceof String name ? tree.find(name) : null;
            return found == null ? null : dynamic(found);
        }

        @Override
        public Collection<?> keys() {
            return tree.names();
        }
    }
}
