package io.amphora.kubectl.template;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A value as Go's reflection sees it.
sealed interface Value {
    Value MISSING = new Missing();
    Value NIL = new Nil();

    /// What is not there, such as an entry that a map has not.
    record Missing() implements Value {}

    /// Go's nil.
    record Nil() implements Value {}

    /// A value that stands in a map or list, whose type is therefore `interface {}`.
    record Boxed(Value inner) implements Value {}

    record Bool(boolean value) implements Value {}

    /// @param width `int64` as objects have it, `int` as the template itself makes it
    record Whole(long value, String width) implements Value {
        Whole(long value) {
            this(value, "int");
        }
    }

    /// One byte of a string, `uint8`.
    record Octet(int value) implements Value {}

    record Decimal(double value) implements Value {}

    record Complex(double real, double imaginary) implements Value {}

    /// @param bytes see [Bytes]
    record Text(String bytes) implements Value {}

    record Items(List<Value> items) implements Value {}

    /// @param entries in the order of their keys
    record Entries(TreeMap<String, Value> entries) implements Value {}

    static Value of(Tree tree) {
        return switch (tree) {
            case Tree.Null _ -> NIL;
            case Tree.Bool(var value) -> new Bool(value);
            case Tree.Whole(var value) -> new Whole(value, "int64");
            case Tree.Decimal(var value) -> new Decimal(value);
            case Tree.Text(var value) -> new Text(Bytes.of(value));
            case ListTree list -> {
                var items = new ArrayList<Value>();
                list.forEach(each -> items.add(new Boxed(of(each))));
                yield new Items(items);
            }
            case ObjectTree object -> {
                var entries = new TreeMap<String, Value>();
                object.forEach(each -> entries.put(Bytes.of(each.getKey()), new Boxed(of(each.getValue()))));
                yield new Entries(entries);
            }
        };
    }

    /// Without its box; nil in a box is nothing at all.
    default Value bare() {
        return this instanceof Boxed(var inner) ? inner instanceof Nil ? MISSING : inner : this;
    }

    default boolean isMissing() {
        return this instanceof Missing;
    }

    /// The name of its type.
    default String type() {
        return switch (this) {
            case Missing _, Nil _ -> "<nil>";
            case Boxed _ -> "interface {}";
            case Bool _ -> "bool";
            case Whole(long _, var width) -> width;
            case Octet _ -> "uint8";
            case Decimal _ -> "float64";
            case Complex _ -> "complex128";
            case Text _ -> "string";
            case Items _ -> "[]interface {}";
            case Entries _ -> "map[string]interface {}";
        };
    }

    default boolean isTrue() {
        return switch (this) {
            case Missing _, Nil _ -> false;
            case Boxed(var inner) -> inner.isTrue();
            case Bool(var value) -> value;
            case Whole whole -> whole.value() != 0;
            case Octet(var value) -> value != 0;
            case Decimal(var value) -> value != 0;
            case Complex(var real, var imaginary) -> real != 0 || imaginary != 0;
            case Text(var bytes) -> !bytes.isEmpty();
            case Items(var items) -> !items.isEmpty();
            case Entries(var entries) -> !entries.isEmpty();
        };
    }
}
