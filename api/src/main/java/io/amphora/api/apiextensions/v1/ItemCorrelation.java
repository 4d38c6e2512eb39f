package io.amphora.api.apiextensions.v1;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import org.jspecify.annotations.Nullable;

/// Which stored item a new one was before: only items with keys are known again.
record ItemCorrelation(ObjectTree schema, @Nullable Tree before) {
    @Nullable
    Tree of(Tree item) {
        if (!(before instanceof ListTree list)
                || !schema.text("x-kubernetes-list-type").equals("map")) return null;
        for (Tree each : list) if (hasSameKeys(each.object(), item)) return each;
        return null;
    }

    private boolean hasSameKeys(ObjectTree stored, Tree item) {
        return item instanceof ObjectTree object
                && schema.list("x-kubernetes-list-map-keys").stream().allMatch(key -> {
                    String name = String.valueOf(key.text());
                    return stored.get(name).equals(object.get(name));
                });
    }
}
