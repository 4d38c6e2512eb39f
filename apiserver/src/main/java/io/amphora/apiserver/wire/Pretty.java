package io.amphora.apiserver.wire;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// JSON for people: two blanks a level, as Go's `json.Indent` lays it out.
final class Pretty {
    private Pretty() {}

    static String print(Tree tree) {
        var out = new StringBuilder();
        print(tree, "\n", out);
        return out.toString();
    }

    private static void print(Tree tree, String newLine, StringBuilder out) {
        switch (tree) {
            case ObjectTree object
            when !object.isEmpty() -> {
                out.append('{');
                for (int i = 0; i < object.size(); i++) {
                    out.append(i == 0 ? "" : ",").append(newLine).append("  ");
                    out.append(Json.write(Tree.of(object.nameAt(i)))).append(": ");
                    print(object.valueAt(i), newLine + "  ", out);
                }
                out.append(newLine).append('}');
            }
            case ListTree list
            when !list.isEmpty() -> {
                out.append('[');
                for (int i = 0; i < list.size(); i++) {
                    out.append(i == 0 ? "" : ",").append(newLine).append("  ");
                    print(list.get(i), newLine + "  ", out);
                }
                out.append(newLine).append(']');
            }
            default -> out.append(Json.write(tree));
        }
    }
}
