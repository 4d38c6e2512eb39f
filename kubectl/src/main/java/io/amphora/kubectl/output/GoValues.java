package io.amphora.kubectl.output;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// Values as Go prints them: `map[a:b]`, `[x y]`, and with their types.
public final class GoValues {
    private GoValues() {}

    /// As `%v` does.
    public static String print(Tree tree) {
        return switch (tree) {
            case Tree.Text(var text) -> text;
            case Tree.Null ignored -> "<nil>";
            case Tree.Decimal(var number) -> number(number);
            case ListTree list ->
                "[" + String.join(" ", list.stream().map(GoValues::print).toList()) + "]";
            case ObjectTree object -> {
                List<String> pairs = new ArrayList<>();
                object.forEach(pair -> pairs.add(pair.getKey() + ":" + print(pair.getValue())));
                yield "map[" + String.join(" ", pairs) + "]";
            }
            default -> tree.toString();
        };
    }

    /// As `%#v` does.
    public static String typed(Tree tree) {
        return switch (tree) {
            case Tree.Text text -> Json.write(text);
            case Tree.Null ignored -> "interface {}(nil)";
            case Tree.Decimal(var number) -> number(number);
            case ListTree list ->
                "[]interface {}{"
                        + String.join(", ", list.stream().map(GoValues::typed).toList()) + "}";
            case ObjectTree object -> {
                List<String> pairs = new ArrayList<>();
                object.forEach(pair -> pairs.add(Json.write(Tree.of(pair.getKey())) + ":" + typed(pair.getValue())));
                yield "map[string]interface {}{" + String.join(", ", pairs) + "}";
            }
            default -> tree.toString();
        };
    }

    static String number(double number) {
        double size = Math.abs(number);
        if (size != 0 && (size < 1e-4 || size >= 1e21))
            return String.format("%e", number).replaceAll("0+e", "e").replace(".e", "e");
        return java.math.BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
