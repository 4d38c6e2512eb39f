package io.amphora.machinery.patch;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// In a patch a null takes a member away; in what is new there is nothing to take away.
public final class Nulls {
    private Nulls() {}

    /// The value without members that are null, at any depth. Items of lists stay.
    public static Tree pruned(Tree tree) {
        return switch (tree) {
            case ObjectTree object -> object.map((name, value) -> value.isNull() ? null : pruned(value));
            case ListTree list -> list.map(Nulls::pruned);
            default -> tree;
        };
    }
}
