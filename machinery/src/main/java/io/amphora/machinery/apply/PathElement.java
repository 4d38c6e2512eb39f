package io.amphora.machinery.apply;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// One step into an object: a field, an item of a list by its keys, an item of a set by its value, an item by its
/// place.
///
/// Written `f:name`, `k:{"name":"c"}`, `v:"x"`, `i:0` in FieldsV1 (KEP-555); ordered in that order of kinds.
public sealed interface PathElement extends Comparable<PathElement> {

    record Field(String name) implements PathElement {
        @Override
        public String toString() {
            return "." + name;
        }
    }

    record Key(ObjectTree keys) implements PathElement {
        @Override
        public String toString() {
            var text = new StringBuilder("[");
            for (var pair : keys) {
                if (text.length() > 1) text.append(',');
                text.append(pair.getKey()).append('=').append(Json.write(pair.getValue()));
            }
            return text.append(']').toString();
        }
    }

    record Value(Tree value) implements PathElement {
        @Override
        public String toString() {
            return "[=" + Json.write(value) + "]";
        }
    }

    record Index(int index) implements PathElement {
        @Override
        public String toString() {
            return "[" + index + "]";
        }
    }

    /// The name under which FieldsV1 has this step.
    default String wire() {
        return switch (this) {
            case Field(var name) -> "f:" + name;
            case Key(var keys) -> "k:" + Json.write(keys);
            case Value(var value) -> "v:" + Json.write(value);
            case Index(var index) -> "i:" + index;
        };
    }

    /// @throws IllegalArgumentException when it is no step of FieldsV1
    static PathElement ofWire(String wire) {
        if (wire.length() < 2 || wire.charAt(1) != ':') throw new IllegalArgumentException("missing colon: " + wire);
        String rest = wire.substring(2);
        return switch (wire.charAt(0)) {
            case 'f' -> new Field(rest);
            case 'k' -> new Key(Json.read(rest).object());
            case 'v' -> new Value(Json.read(rest));
            case 'i' -> new Index(Integer.parseInt(rest));
            default -> throw new IllegalArgumentException("unknown path element type: " + wire);
        };
    }

    @Override
    default int compareTo(PathElement other) {
        if (this instanceof Field(var mine) && other instanceof Field(var theirs)) return mine.compareTo(theirs);
        int order = Integer.compare(rank(), other.rank());
        if (order != 0) return order;
        if (this instanceof Index(var mine) && other instanceof Index(var theirs)) return Integer.compare(mine, theirs);
        return this.equals(other) ? 0 : wire().compareTo(other.wire());
    }

    private int rank() {
        return switch (this) {
            case Field ignored -> 0;
            case Key ignored -> 1;
            case Value ignored -> 2;
            case Index ignored -> 3;
        };
    }
}
