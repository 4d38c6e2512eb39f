package io.amphora.apiserver.wire;

import io.amphora.apiserver.request.JsonOrder;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// JSON for people: two blanks a level, as Go's `json.Indent` lays it out.
final class Pretty {
    private final JsonOrder order;
    private final StringBuilder out = new StringBuilder();

    private Pretty(JsonOrder order) {
        this.order = order;
    }

    static String print(Tree tree) {
        var pretty = new Pretty(JsonOrder.of(tree));
        pretty.print("", tree, "\n");
        return pretty.out.toString();
    }

    private void print(String field, Tree tree, String newLine) {
        switch (tree) {
            case ObjectTree object
            when !object.isEmpty() -> {
                String before = "{";
                for (String name : order.names(field, object)) {
                    out.append(before).append(newLine).append("  ");
                    out.append(Json.write(Tree.of(name))).append(": ");
                    print(name, object.get(name), newLine + "  ");
                    before = ",";
                }
                out.append(newLine).append('}');
            }
            case ListTree list
            when !list.isEmpty() -> {
                String before = "[";
                for (Tree each : list) {
                    out.append(before).append(newLine).append("  ");
                    print(field, each, newLine + "  ");
                    before = ",";
                }
                out.append(newLine).append(']');
            }
            default -> out.append(Json.write(tree));
        }
    }
}
