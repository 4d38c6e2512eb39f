package io.amphora.apiserver.registry;

import io.amphora.apiserver.request.Warnings;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.LinkedHashSet;
import java.util.List;

/// Drops owner references that stand twice, which early clients sent, and says so.
final class OwnerReferences {
    private OwnerReferences() {}

    static ObjectTree deduplicated(ObjectTree object, Warnings warnings) {
        ListTree owners = object.object("metadata").list("ownerReferences");
        if (owners.size() < 2) return object;
        var once = new LinkedHashSet<Tree>();
        var twice = new LinkedHashSet<String>();
        for (Tree owner : owners) if (!once.add(owner)) twice.add(owner.object().text("uid"));
        if (twice.isEmpty()) return object;
        warnings.add(
                ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, "
                        + "and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: "
                        + String.join(", ", twice));
        return object.withAt(new ListTree(List.copyOf(once)), "metadata", "ownerReferences");
    }
}
