package io.amphora.machinery.patch;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The items of lists that merge: of what kind they are, which is which, and in what order they stand.
final class Elements {
    private Elements() {}

    /// Whether the items are objects. All must be alike, and there must be one.
    @SafeVarargs
    static boolean areObjects(List<Tree>... lists) {
        Class<?> type = null;
        for (List<Tree> list : lists)
            for (Tree item : list) {
                if (type == null) {
                    if (item instanceof ListTree) throw PatchException.inapplicable("lists of lists are not supported");
                    type = item.getClass();
                } else if (type != item.getClass()) {
                    var shown = new ArrayList<Tree>();
                    for (List<Tree> each : lists) shown.add(new ListTree(each));
                    throw PatchException.unclassified(
                            "list element types are not identical: " + GoText.print(new ListTree(shown)));
                }
            }
        if (type == null) throw PatchException.unclassified("no elements in any of the given slices");
        return type == ObjectTree.class;
    }

    /// What an item is known by: the value of its merge key, or for "" the item itself. Null for an object
    /// without that
    /// key.
    static @Nullable Tree identity(Tree item, String mergeKey) {
        return mergeKey.isEmpty() ? item : item.object().find(mergeKey);
    }

    /// Like [#identity], for an item that must have one.
    static Tree demandIdentity(Tree item, String mergeKey) {
        if (mergeKey.isEmpty()) return item;
        if (!(item instanceof ObjectTree object)) throw badType("map[string]interface {}", item);
        Tree value = object.find(mergeKey);
        if (value == null) throw noMergeKey(object, mergeKey);
        return value;
    }

    static PatchException noMergeKey(ObjectTree item, String mergeKey) {
        return PatchException.unclassified(
                "map: " + GoText.print(item) + " does not contain declared merge key: " + mergeKey);
    }

    static PatchException badType(String expected, Tree actual) {
        String type = switch (actual) {
            case ObjectTree ignored -> "map[string]interface {}";
            case ListTree ignored -> "[]interface {}";
            case Tree.Text ignored -> "string";
            case Tree.Whole ignored -> "int64";
            case Tree.Decimal ignored -> "float64";
            case Tree.Bool ignored -> "bool";
            case Tree.Null ignored -> "%!s(<nil>)";
        };
        return PatchException.unclassified("expected a " + expected + ", but received a " + type);
    }

    static boolean isDeletion(Tree item) {
        return item.object().text("$patch").equals("delete");
    }

    /// The items of `merged`, ordered: those that `order` knows by `order`, the others by `live`, and each of the
    /// others before the first known one that it stood before in `live`.
    static List<Tree> arrange(List<Tree> merged, List<Tree> order, List<Tree> live, String mergeKey) {
        Set<Tree> known = identities(order, mergeKey);
        var ours = new ArrayList<Tree>();
        var others = new ArrayList<Tree>();
        for (Tree item : merged) (known.contains(demandIdentity(item, mergeKey)) ? ours : others).add(item);
        return interleave(sorted(others, live, mergeKey), sorted(ours, order, mergeKey), live, mergeKey);
    }

    /// Sorted by where `order` has them, deletions last; every item must have its merge key.
    static List<Tree> sorted(List<Tree> items, List<Tree> order, String mergeKey) {
        var places = Places.of(order, mergeKey);
        for (Tree item : items) demandIdentity(item, mergeKey);
        var sorted = new ArrayList<>(items);
        sorted.sort(Comparator.comparing((Tree item) -> !mergeKey.isEmpty() && isDeletion(item))
                .thenComparingInt(places::of));
        return sorted;
    }

    private static List<Tree> interleave(List<Tree> others, List<Tree> ours, List<Tree> live, String mergeKey) {
        var places = Places.of(live, mergeKey);
        var all = new ArrayList<Tree>(others.size() + ours.size());
        int next = 0;
        for (Tree our : ours) {
            int before = places.of(our);
            while (next < others.size() && before < places.none() && places.of(others.get(next)) < before)
                all.add(others.get(next++));
            all.add(our);
        }
        all.addAll(others.subList(next, others.size()));
        return all;
    }

    /// Where in a list each item stands that has a certain identity; the first place counts.
    ///
    /// @param none the place of those that are not there, after all others
    private record Places(Map<Tree, Integer> byIdentity, String mergeKey, int none) {
        static Places of(List<Tree> order, String mergeKey) {
            var places = new HashMap<Tree, Integer>();
            for (int i = 0; i < order.size(); i++) places.putIfAbsent(demandIdentity(order.get(i), mergeKey), i);
            return new Places(places, mergeKey, order.size());
        }

        int of(Tree item) {
            return byIdentity.getOrDefault(identity(item, mergeKey), none);
        }
    }

    static Set<Tree> identities(Collection<Tree> items, String mergeKey) {
        var identities = new HashSet<Tree>();
        for (Tree item : items) {
            Tree identity = identity(item, mergeKey);
            if (identity != null) identities.add(identity);
        }
        return identities;
    }
}
