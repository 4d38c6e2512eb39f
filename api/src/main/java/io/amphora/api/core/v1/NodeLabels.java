package io.amphora.api.core.v1;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Map;

/// Labels of nodes that have been renamed.
public final class NodeLabels {
    static final Map<String, String> RENAMED = Map.of(
            "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region",
            "beta.kubernetes.io/os", "kubernetes.io/os",
            "beta.kubernetes.io/arch", "kubernetes.io/arch",
            "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type");

    private NodeLabels() {}

    /// What to say of a label that has been renamed, "" of all others.
    public static String deprecation(String label) {
        if (label.equals("node-role.kubernetes.io/master"))
            return "use \"node-role.kubernetes.io/control-plane\" instead";
        String name = RENAMED.get(label);
        if (name == null) return "";
        boolean newer = label.startsWith("failure-domain") || label.endsWith("instance-type");
        return "deprecated since v1." + (newer ? 17 : 14) + "; use \"" + name + "\" instead";
    }

    /// `old` with each key renamed where `wanted` has the new name in the same place.
    static Tree renamed(Tree old, Tree wanted) {
        if (old instanceof ObjectTree a && wanted instanceof ObjectTree b)
            return a.map((name, value) -> {
                String key = value.text();
                if (name.equals("key") && key != null && b.text("key").equals(RENAMED.get(key))) return b.get("key");
                return renamed(value, b.get(name));
            });
        if (old instanceof ListTree a && wanted instanceof ListTree b && a.size() == b.size()) {
            var items = new ArrayList<Tree>(a.size());
            for (int i = 0; i < a.size(); i++) items.add(renamed(a.get(i), b.get(i)));
            return new ListTree(items);
        }
        return old;
    }
}
