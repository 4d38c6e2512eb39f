package io.amphora.api.core.v1;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// Null and empty lists say no more than fields that are absent: comparisons of what was with what is wanted
/// must not
/// mind.
/// An empty object may say something, as in `emptyDir: {}`.
public final class EmptyFields {
    private EmptyFields() {}

    public static ObjectTree removed(ObjectTree tree) {
        return tree.map((name, value) -> {
            Tree inner = removed(value);
            boolean empty = inner.isNull() || inner instanceof ListTree list && list.isEmpty();
            return empty ? null : inner;
        });
    }

    private static Tree removed(Tree tree) {
        return switch (tree) {
            case ObjectTree object -> removed(object);
            case ListTree list -> list.map(EmptyFields::removed);
            default -> tree;
        };
    }
}
