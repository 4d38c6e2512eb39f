package io.amphora.machinery.patch;

import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/// The items of a list that is being merged, and where each merge key stands: a patch of many items finds each
/// of them without a walk through the list.
final class KeyedItems {
    private final String mergeKey;
    private final List<Tree> items = new ArrayList<>();
    private final Map<Tree, PriorityQueue<Integer>> places = new HashMap<>();

    KeyedItems(List<Tree> items, String mergeKey) {
        this.mergeKey = mergeKey;
        items.forEach(this::add);
    }

    List<Tree> items() {
        return items;
    }

    /// The first place of an item that is known by `identity`; -1 when there is none.
    int find(Tree identity) {
        var found = places.get(identity);
        return found == null || found.isEmpty() ? -1 : found.peek();
    }

    void add(Tree item) {
        items.add(item);
        note(item, items.size() - 1);
    }

    /// Replaces the item that [#find] found. A merge may change what it is known by: null removes the key.
    void set(int at, Tree identity, Tree item) {
        items.set(at, item);
        if (identity.equals(Elements.identity(item, mergeKey))) return;
        var left = places.get(identity);
        if (left != null) left.remove(at);
        note(item, at);
    }

    private void note(Tree item, int at) {
        Tree identity = Elements.identity(item, mergeKey);
        if (identity != null)
            places.computeIfAbsent(identity, any -> new PriorityQueue<>(1)).add(at);
    }
}
