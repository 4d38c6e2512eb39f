package io.amphora.kubelet.plan;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodStatus;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
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

    private static ListTree changedItems(ListTree old, ListTree wanted, String key) {
        var items = new ArrayList<Tree>();
        var names = new ArrayList<String>();
        for (Tree item : wanted) {
            names.add(item.object().text(key));
            if (old.items().stream().noneMatch(one -> withoutNulls(one).equals(withoutNulls(item)))) items.add(item);
        }
        for (Tree item : old) {
            String name = item.object().text(key);
            if (!names.contains(name)) items.add(ObjectTree.of("$patch", "delete", key, name));
        }
        return ListTree.from(List.copyOf(items));
    }
}
