package io.amphora.api;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.function.UnaryOperator;

/// Steps that fill in what an object leaves open. Each returns the very tree it was given when there is nothing
/// to
/// do, so defaulting an object that is complete costs look-ups and no memory.
public final class Defaults {
    private Defaults() {}

    /// Sets what is absent or null: fields where zero is a value of its own (`replicas: 0`).
    public static ObjectTree absent(ObjectTree tree, String name, Tree value) {
        return tree.get(name).isNull() ? tree.with(name, value) : tree;
    }

    public static ObjectTree absent(ObjectTree tree, String name, String value) {
        return tree.get(name).isNull() ? tree.with(name, value) : tree;
    }

    public static ObjectTree absent(ObjectTree tree, String name, long value) {
        return tree.get(name).isNull() ? tree.with(name, value) : tree;
    }

    public static ObjectTree absent(ObjectTree tree, String name, boolean value) {
        return tree.get(name).isNull() ? tree.with(name, value) : tree;
    }

    /// Sets what is absent or empty: fields where "" means nothing (`restartPolicy: ""`).
    public static ObjectTree empty(ObjectTree tree, String name, String value) {
        return tree.text(name).isEmpty() ? tree.with(name, value) : tree;
    }

    /// Sets what is absent or zero.
    public static ObjectTree zero(ObjectTree tree, String name, long value) {
        return tree.whole(name) == 0 ? tree.with(name, value) : tree;
    }

    /// Changes the object at a name, if there is one.
    public static ObjectTree in(ObjectTree tree, String name, UnaryOperator<ObjectTree> change) {
        return tree.find(name) instanceof ObjectTree inner ? tree.with(name, change.apply(inner)) : tree;
    }

    /// Changes the object at a name, made first when there is none.
    public static ObjectTree inNew(ObjectTree tree, String name, UnaryOperator<ObjectTree> change) {
        return tree.with(name, change.apply(tree.object(name)));
    }

    /// Changes each object of the list at a name, if there is one.
    public static ObjectTree each(ObjectTree tree, String name, UnaryOperator<ObjectTree> change) {
        return tree.find(name) instanceof ListTree list
                ? tree.with(name, list.map(item -> item instanceof ObjectTree object ? change.apply(object) : item))
                : tree;
    }
}
