package io.amphora.machinery.patch;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// JSON merge patches (RFC 7386): objects merge by name, null removes, everything else replaces.
public final class MergePatch {
    private MergePatch() {}

    /// @param patch an object; a list replaces the document whole
    /// @throws PatchException MALFORMED for anything else
    public static Tree apply(Tree document, Tree patch) {
        return switch (patch) {
            case ObjectTree changes ->
                document instanceof ObjectTree object ? merge(object, changes, false) : Nulls.pruned(changes);
            case ListTree list -> Nulls.pruned(list);
            default -> throw PatchException.malformed("Invalid JSON Patch");
        };
    }

    /// The patch that makes `modified` of `original`.
    public static ObjectTree createTwoWay(ObjectTree original, ObjectTree modified) {
        var patch = ObjectTree.builder();
        for (var entry : modified) {
            Tree before = original.find(entry.getKey());
            Tree after = entry.getValue();
            if (before instanceof ObjectTree old && after instanceof ObjectTree young) {
                ObjectTree changes = createTwoWay(old, young);
                if (!changes.isEmpty()) patch.put(entry.getKey(), changes);
            } else if (!after.equals(before)) {
                patch.put(entry.getKey(), after);
            }
        }
        for (String name : original.names()) if (!modified.has(name)) patch.put(name, Tree.NULL);
        return patch.build();
    }

    /// What `kubectl apply` sends for kinds without a strategic merge: the changes from `current` to
    /// `modified`, and
    /// the removal of what was in `original` (the configuration applied last) and is in `modified` no more.
    public static ObjectTree createThreeWay(ObjectTree original, ObjectTree modified, ObjectTree current) {
        ObjectTree changes = additions(createTwoWay(current, modified));
        ObjectTree removals = removals(createTwoWay(original, modified));
        return merge(removals, changes, true);
    }

    /// @param patches whether both are patches, whose nulls are kept
    private static ObjectTree merge(ObjectTree object, ObjectTree changes, boolean patches) {
        ObjectTree merged = object;
        for (var entry : changes) {
            String name = entry.getKey();
            Tree change = entry.getValue();
            Tree has = object.get(name);
            if (change.isNull()) merged = patches ? merged.with(name, change) : merged.without(name);
            else if (!(has instanceof ObjectTree old))
                merged = merged.with(name, patches ? change : Nulls.pruned(change));
            else if (change instanceof ObjectTree inner) merged = merged.with(name, merge(old, inner, patches));
            else merged = merged.with(name, change);
        }
        return merged;
    }

    private static ObjectTree additions(ObjectTree patch) {
        return patch.map((name, value) -> {
            if (value.isNull()) return null;
            if (!(value instanceof ObjectTree object) || object.isEmpty()) return value;
            ObjectTree inner = additions(object);
            return inner.isEmpty() ? null : inner;
        });
    }

    private static ObjectTree removals(ObjectTree patch) {
        return patch.map((name, value) -> {
            if (value.isNull()) return value;
            ObjectTree inner = removals(value.object());
            return inner.isEmpty() ? null : inner;
        });
    }
}
