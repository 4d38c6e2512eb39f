package io.amphora.api.core.v1;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// What differs between two trees, for people: a line per value, `-` what was, `+` what is wanted.
///
/// ```
///   @@ - was + wanted @@
///   - containers[0].env: absent
///   + containers[0].env: [{"name":"A"}]
/// ```
public final class Differences {
    private Differences() {}

    public static String between(Tree was, Tree wanted) {
        var lines = new StringBuilder("@@ - was + wanted @@\n");
        compare("", was, wanted, lines);
        return lines.toString();
    }

    private static void compare(String path, Tree was, Tree wanted, StringBuilder lines) {
        if (was.equals(wanted)) return;
        if (was instanceof ObjectTree a && wanted instanceof ObjectTree b) {
            for (String name : a.names())
                compare(path.isEmpty() ? name : path + "." + name, a.get(name), b.get(name), lines);
            for (String name : b.names())
                if (!a.has(name)) compare(path.isEmpty() ? name : path + "." + name, Tree.NULL, b.get(name), lines);
        } else if (was instanceof ListTree a && wanted instanceof ListTree b && a.size() == b.size()) {
            for (int i = 0; i < a.size(); i++) compare(path + "[" + i + "]", a.get(i), b.get(i), lines);
        } else {
            lines.append("- ").append(path).append(": ").append(shown(was)).append('\n');
            lines.append("+ ").append(path).append(": ").append(shown(wanted)).append('\n');
        }
    }

    private static String shown(Tree tree) {
        return tree.isNull() ? "absent" : tree.toString();
    }
}
