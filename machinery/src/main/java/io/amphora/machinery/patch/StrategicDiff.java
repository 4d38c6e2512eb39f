package io.amphora.machinery.patch;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Finds the strategic merge patch between two objects.
///
/// @param changes whether what was added and changed belongs to the patch
/// @param deletions whether what is gone belongs to the patch
/// @param order whether lists whose items move get `$setElementOrder`
record StrategicDiff(boolean changes, boolean deletions, boolean order) {

    ObjectTree objects(ObjectTree original, ObjectTree modified, Schema schema) {
        return objects(original, modified, schema, false);
    }

    private ObjectTree objects(ObjectTree original, ObjectTree modified, Schema schema, boolean retainKeys) {
        var patch = new TreeMap<String, Tree>();
        var retained = new ArrayList<Tree>();
        for (var entry : modified) {
            String name = entry.getKey();
            Tree after = entry.getValue();
            if (retainKeys && !after.isNull()) retained.add(Tree.of(name));
            member(patch, name, original.find(name), after, schema);
        }
        boolean cleared = false;
        for (var entry : original) {
            if (modified.has(entry.getKey())) continue;
            cleared |= !entry.getValue().isNull();
            if (deletions) patch.put(entry.getKey(), Tree.NULL);
        }
        if (!retained.isEmpty() && (!patch.isEmpty() || cleared)) patch.put("$retainKeys", new ListTree(retained));
        return ObjectTree.from(patch);
    }

    private void member(
            TreeMap<String, Tree> patch,
            String name,
            @org.jspecify.annotations.Nullable Tree before,
            Tree after,
            Schema schema) {
        if (before instanceof ObjectTree old && after instanceof ObjectTree young) {
            if (after.equals(before) && schema.findField(name) == null) return;
            PatchMeta meta = PatchMeta.ofObject(schema, name);
            if (meta.replaces()) {
                // also when nothing changed, as kubectl does (the selector of a PodDisruptionBudget)
                if (changes) patch.put(name, after);
                return;
            }
            ObjectTree inner = objects(old, young, meta.schema(), meta.retainKeys());
            if (!inner.isEmpty()) patch.put(name, inner);
        } else if (after.equals(before)) {
            return;
        } else if (before instanceof ListTree old && after instanceof ListTree young) {
            PatchMeta meta = PatchMeta.ofList(schema, name);
            if (meta.merges()) lists(patch, name, old.items(), young.items(), meta);
            else if (changes) patch.put(name, after);
        } else if (changes) {
            patch.put(name, after);
        }
    }

    private void lists(
            TreeMap<String, Tree> patch, String name, List<Tree> original, List<Tree> modified, PatchMeta meta) {
        if (original.isEmpty()) {
            if (!modified.isEmpty() && changes) patch.put(name, new ListTree(modified));
        } else if (Elements.areObjects(original, modified)) {
            objectLists(patch, name, original, modified, meta);
        } else {
            scalarLists(patch, name, original, modified);
        }
    }

    private void objectLists(
            TreeMap<String, Tree> patch, String name, List<Tree> original, List<Tree> modified, PatchMeta meta) {
        String mergeKey = meta.mergeKey();
        Map<String, List<Tree>> before = byIdentity(original, mergeKey);
        var items = new ArrayList<Tree>();
        byIdentity(modified, mergeKey).forEach((key, same) -> {
            List<Tree> olds = before.getOrDefault(key, List.of());
            for (int i = 0; i < same.size(); i++) {
                Tree item = same.get(i);
                if (i >= olds.size()) {
                    if (changes) items.add(item);
                    continue;
                }
                ObjectTree inner = objects(olds.get(i).object(), item.object(), meta.schema(), meta.retainKeys());
                if (!inner.isEmpty())
                    items.add(inner.with(mergeKey, item.object().get(mergeKey)));
            }
        });
        if (deletions) {
            Map<String, List<Tree>> after = byIdentity(modified, mergeKey);
            new TreeMap<>(before).forEach((key, olds) -> {
                for (int i = after.getOrDefault(key, List.of()).size(); i < olds.size(); i++)
                    items.add(ObjectTree.of(mergeKey, olds.get(i).object().get(mergeKey), "$patch", "delete"));
            });
        }
        if (!items.isEmpty()) patch.put(name, new ListTree(items));
        boolean sameOrder = identities(original, mergeKey).equals(identities(modified, mergeKey));
        if (order
                && (changes && (!items.isEmpty() || !sameOrder) || deletions && !items.isEmpty())
                && !modified.isEmpty())
            patch.put("$setElementOrder/" + name, new ListTree(identities(modified, mergeKey)));
    }

    private void scalarLists(TreeMap<String, Tree> patch, String name, List<Tree> original, List<Tree> modified) {
        var before = new HashSet<>(original);
        var after = new HashSet<>(modified);
        List<Tree> added = modified.stream()
                .filter(item -> !before.contains(item))
                .distinct()
                .toList();
        List<Tree> gone = original.stream()
                .filter(item -> !after.contains(item))
                .distinct()
                .sorted(Comparator.comparing(GoText::print))
                .toList();
        if (changes && !added.isEmpty()) patch.put(name, new ListTree(added));
        if (deletions && !gone.isEmpty()) patch.put("$deleteFromPrimitiveList/" + name, new ListTree(gone));
        if (order && !modified.isEmpty() && (deletions && !gone.isEmpty() || changes && !original.equals(modified)))
            patch.put("$setElementOrder/" + name, new ListTree(modified));
    }

    /// The items of each merge key, the last first: two items of one key (the ports of a Service by number) are told
    /// apart by where they stand, and kubectl pairs them from the end.
    private static Map<String, List<Tree>> byIdentity(List<Tree> items, String mergeKey) {
        var map = new LinkedHashMap<String, List<Tree>>();
        for (Tree item : items)
            map.computeIfAbsent(key(item, mergeKey), any -> new ArrayList<>()).addFirst(item);
        return map;
    }

    private static String key(Tree item, String mergeKey) {
        return GoText.print(Elements.demandIdentity(item, mergeKey));
    }

    private static List<Tree> identities(List<Tree> items, String mergeKey) {
        return items.stream()
                .map(item -> (Tree) ObjectTree.of(mergeKey, item.object().get(mergeKey)))
                .toList();
    }
}
