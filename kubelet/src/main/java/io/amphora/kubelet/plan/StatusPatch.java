package io.amphora.kubelet.plan;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodStatus;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The strategic merge patch that makes a Pod's status what the node says, and leaves alone what others may have
/// written meanwhile.
public final class StatusPatch {
    /// The key by which the items of a list are merged; other lists are replaced as a whole.
    private static final Map<String, String> MERGED = Map.of("conditions", "type", "podIPs", "ip", "hostIPs", "ip");

    private StatusPatch() {}

    /// Empty when there is nothing to change.
    public static Optional<ObjectTree> of(Pod pod, PodStatus wanted) {
        var before = pod.status().tree();
        var patch = ObjectTree.builder();
        boolean any = false;
        for (var field : wanted.tree()) {
            Tree old = before.get(field.getKey());
            if (withoutNulls(old).equals(withoutNulls(field.getValue()))) continue;
            any = true;
            String key = MERGED.get(field.getKey());
            patch.put(
                    field.getKey(),
                    key == null
                            ? field.getValue()
                            : changedItems(old.list(), field.getValue().list(), key));
        }
        for (var field : before) {
            if (wanted.tree().has(field.getKey())) continue;
            any = true;
            patch.put(field.getKey(), Tree.NULL);
        }
        if (!any) return Optional.empty();
        return Optional.of(ObjectTree.of("metadata", ObjectTree.of("uid", pod.uid()), "status", patch.build()));
    }

    /// A field that is null says as much as one that is absent; which of the two the API keeps is its own affair.
    private static Tree withoutNulls(Tree tree) {
        return switch (tree) {
            case ObjectTree object -> object.map((name, value) -> value.isNull() ? null : withoutNulls(value));
            case ListTree list -> list.map(StatusPatch::withoutNulls);
            default -> tree;
        };
    }

    /// Items are merged, not replaced: what an item no longer says has to be taken away by name.
    private static ListTree changedItems(ListTree old, ListTree wanted, String key) {
        var before = new HashMap<String, ObjectTree>();
        for (Tree item : old) before.put(item.object().text(key), item.object());
        var items = new ArrayList<Tree>();
        for (Tree item : wanted) {
            ObjectTree known = before.remove(item.object().text(key));
            if (known == null) items.add(item);
            else if (!withoutNulls(known).equals(withoutNulls(item))) items.add(replacing(known, item.object()));
        }
        for (String gone : before.keySet()) items.add(ObjectTree.of("$patch", "delete", key, gone));
        return ListTree.from(List.copyOf(items));
    }

    private static ObjectTree replacing(ObjectTree known, ObjectTree wanted) {
        ObjectTree item = wanted;
        for (var field : known) if (!wanted.has(field.getKey())) item = item.with(field.getKey(), Tree.NULL);
        return item;
    }
}
