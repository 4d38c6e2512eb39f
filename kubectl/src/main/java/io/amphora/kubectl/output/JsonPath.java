package io.amphora.kubectl.output;

import io.amphora.kubectl.Failure;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// kubectl's JSONPath templates: text with `{.a.b[0]}`, `{.items[*].metadata.name}`, `{.a["x.y"]}`, `{..name}`,
/// `{.list[?(@.type=="Ready")].status}`, `{range .items[*]}…{end}` and `{"\n"}`.
public final class JsonPath {
    private sealed interface Part {}

    private record Plain(String text) implements Part {}

    private record Path(String expression) implements Part {}

    private record Range(String expression, List<Part> body) implements Part {}

    private final List<Part> parts;

    private JsonPath(List<Part> parts) {
        this.parts = parts;
    }

    public static JsonPath parse(String template) {
        String text = template.startsWith("{") || template.contains("{") ? template : "{" + template + "}";
        var position = new int[] {0};
        return new JsonPath(parts(text, position, false));
    }

    private static List<Part> parts(String text, int[] at, boolean inRange) {
        var parts = new ArrayList<Part>();
        var plain = new StringBuilder();
        while (at[0] < text.length()) {
            char letter = text.charAt(at[0]);
            if (letter != '{') {
                plain.append(letter);
                at[0]++;
                continue;
            }
            int close = closing(text, at[0]);
            String inside = text.substring(at[0] + 1, close).strip();
            at[0] = close + 1;
            if (!plain.isEmpty()) parts.add(new Plain(plain.toString()));
            plain.setLength(0);
            if (inside.equals("end")) {
                if (!inRange) throw Failure.error("error parsing jsonpath " + text + ", not in range, nothing to end");
                return parts;
            }
            if (inside.startsWith("range "))
                parts.add(new Range(inside.substring(6).strip(), parts(text, at, true)));
            else if (inside.startsWith("\"") || inside.startsWith("'")) parts.add(new Plain(unquote(inside)));
            else parts.add(new Path(inside));
        }
        if (inRange) throw Failure.error("error parsing jsonpath " + text + ", unclosed range");
        if (!plain.isEmpty()) parts.add(new Plain(plain.toString()));
        return parts;
    }

    private static int closing(String text, int open) {
        char quote = 0;
        for (int i = open + 1; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (quote != 0) {
                if (letter == quote) quote = 0;
            } else if (letter == '"' || letter == '\'') quote = letter;
            else if (letter == '}') return i;
        }
        throw Failure.error("error parsing jsonpath " + text + ", unclosed action");
    }

    private static String unquote(String quoted) {
        return quoted.substring(1, quoted.length() - 1)
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\\"", "\"");
    }

    public String print(Tree root) {
        var out = new StringBuilder();
        print(parts, root, root, out);
        return out.toString();
    }

    /// What the expressions find, one after the other.
    public List<Tree> find(Tree root) {
        var found = new ArrayList<Tree>();
        for (Part part : parts)
            if (part instanceof Path(var expression)) found.addAll(evaluate(expression, root, root));
        return found;
    }

    private static void print(List<Part> parts, Tree root, Tree current, StringBuilder out) {
        for (Part part : parts) {
            switch (part) {
                case Plain(var text) -> out.append(text);
                case Path(var expression) ->
                    out.append(String.join(
                            " ",
                            evaluate(expression, root, current).stream()
                                    .map(JsonPath::shown)
                                    .toList()));
                case Range(var expression, var body) -> {
                    for (Tree each : evaluate(expression, root, current)) print(body, root, each, out);
                }
            }
        }
    }

    private static String shown(Tree tree) {
        return tree instanceof Tree.Text(var value) ? value : tree.isNull() ? "" : tree.toString();
    }

    private static List<Tree> evaluate(String expression, Tree root, Tree current) {
        List<Tree> here = List.of(expression.startsWith("$") ? root : current);
        int at = expression.startsWith("$") || expression.startsWith("@") ? 1 : 0;
        while (at < expression.length()) {
            char letter = expression.charAt(at);
            if (letter == '.') {
                boolean deep = expression.startsWith("..", at);
                at += deep ? 2 : 1;
                int end = at;
                while (end < expression.length() && ".[".indexOf(expression.charAt(end)) < 0
                        || end > at && end < expression.length() && expression.charAt(end - 1) == '\\') end++;
                String name = expression.substring(at, end).replace("\\.", ".");
                at = end;
                if (deep)
                    here = here.stream()
                            .flatMap(tree -> descendants(tree).stream())
                            .toList();
                if (!name.isEmpty()) here = children(here, name);
            } else if (letter == '[') {
                int close = bracket(expression, at);
                here = pick(here, expression.substring(at + 1, close).strip(), root);
                at = close + 1;
            } else {
                throw Failure.error("error parsing jsonpath {" + expression + "}, unrecognized character in action: U+"
                        + String.format("%04X '%c'", (int) letter, letter));
            }
        }
        return here;
    }

    private static int bracket(String expression, int open) {
        int depth = 0;
        char quote = 0;
        for (int i = open; i < expression.length(); i++) {
            char letter = expression.charAt(i);
            if (quote != 0) {
                if (letter == quote) quote = 0;
            } else if (letter == '"' || letter == '\'') quote = letter;
            else if (letter == '[') depth++;
            else if (letter == ']' && --depth == 0) return i;
        }
        throw Failure.error("error parsing jsonpath {" + expression + "}, unterminated array");
    }

    private static List<Tree> children(List<Tree> trees, String name) {
        var found = new ArrayList<Tree>();
        for (Tree tree : trees) {
            if (name.equals("*")) found.addAll(values(tree));
            else if (tree instanceof ObjectTree object && object.has(name)) found.add(object.get(name));
        }
        return found;
    }

    private static List<Tree> pick(List<Tree> trees, String inside, Tree root) {
        if (inside.startsWith("'") || inside.startsWith("\"")) return children(trees, unquote(inside));
        var found = new ArrayList<Tree>();
        for (Tree tree : trees) {
            if (inside.equals("*")) found.addAll(values(tree));
            else if (inside.startsWith("?(")) {
                String condition = inside.substring(2, inside.length() - 1);
                for (Tree item : values(tree)) if (holds(condition, root, item)) found.add(item);
            } else if (tree instanceof ListTree list) found.addAll(slice(list, inside));
        }
        return found;
    }

    private static List<Tree> slice(ListTree list, String inside) {
        String[] bounds = inside.split(":", -1);
        int size = list.size();
        int from = bounds[0].isEmpty() ? 0 : Integer.parseInt(bounds[0]);
        if (from < 0) from += size;
        if (bounds.length == 1) {
            if (from < 0 || from >= size)
                throw Failure.error(
                        "error executing jsonpath: array index out of bounds: index " + from + ", length " + size);
            return List.of(list.get(from));
        }
        int to = bounds[1].isEmpty() ? size : Integer.parseInt(bounds[1]);
        if (to < 0) to += size;
        return from >= to ? List.of() : list.items().subList(Math.max(0, from), Math.min(size, to));
    }

    private static boolean holds(String condition, Tree root, Tree item) {
        for (String operator : List.of("==", "!=", ">=", "<=", ">", "<")) {
            int at = condition.indexOf(operator);
            if (at < 0) continue;
            List<Tree> left = operand(condition.substring(0, at).strip(), root, item);
            List<Tree> right =
                    operand(condition.substring(at + operator.length()).strip(), root, item);
            if (left.isEmpty() || right.isEmpty()) return false;
            int order = compare(left.getFirst(), right.getFirst());
            return switch (operator) {
                case "==" -> order == 0;
                case "!=" -> order != 0;
                case ">=" -> order >= 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                default -> order < 0;
            };
        }
        return !evaluate(condition, root, item).isEmpty();
    }

    private static List<Tree> operand(String text, Tree root, Tree item) {
        if (text.startsWith("\"") || text.startsWith("'")) return List.of(Tree.of(unquote(text)));
        if (text.matches("-?[0-9.]+")) return List.of(Tree.of(Double.parseDouble(text)));
        if (text.equals("true") || text.equals("false")) return List.of(Tree.of(text.equals("true")));
        return evaluate(text, root, item);
    }

    private static int compare(Tree left, Tree right) {
        if (left instanceof Tree.Whole(var mine) && right instanceof Tree.Whole(var theirs))
            return Long.compare(mine, theirs);
        return shown(left).compareTo(shown(right));
    }

    private static List<Tree> values(Tree tree) {
        return switch (tree) {
            case ListTree list -> list.items();
            case ObjectTree object -> {
                var values = new ArrayList<Tree>();
                object.forEach(pair -> values.add(pair.getValue()));
                yield values;
            }
            default -> List.of();
        };
    }

    private static List<Tree> descendants(Tree tree) {
        var all = new ArrayList<Tree>();
        all.add(tree);
        for (Tree value : values(tree)) all.addAll(descendants(value));
        return all;
    }
}
