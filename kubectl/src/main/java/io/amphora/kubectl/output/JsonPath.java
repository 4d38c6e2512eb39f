package io.amphora.kubectl.output;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// kubectl's JSONPath templates: text with `{.a.b[0]}`, `{.items[*].metadata.name}`, `{.a['x.y']}`, `{..name}`,
/// `{.list[?(@.type=="Ready")].status}`, `{range .items[*]}…{end}` and `{"\n"}`.
public final class JsonPath {

    /// What stands in a template; `Action` is what one pair of braces holds.
    private sealed interface Part {}

    private record Plain(String text) implements Part {}

    private record Action(List<Step> steps) implements Part {}

    private record Range(List<Step> steps, List<Part> body) implements Part {}

    /// One step from values to values.
    private sealed interface Step {}

    private record Root() implements Step {}

    private record Field(String name) implements Step {}

    private record Everything() implements Step {}

    private record Descend() implements Step {}

    private record Slice(
            @Nullable Integer from,
            @Nullable Integer to,
            @Nullable Integer by,
            boolean single) implements Step {}

    private record Union(List<List<Step>> branches) implements Step {}

    private record Filter(List<Step> left, String operator, List<Step> right) implements Step {}

    private record Constant(Tree value) implements Step {}

    /// Says why a template is none, or why it does not fit an object.
    public static final class Mistake extends RuntimeException {
        Mistake(String message) {
            super(message, null, false, false);
        }

        public String shown() {
            return String.valueOf(getMessage());
        }
    }

    private final List<Part> parts;
    private final boolean lenient;

    private JsonPath(List<Part> parts, boolean lenient) {
        this.parts = parts;
        this.lenient = lenient;
    }

    /// @throws Mistake for what is no template
    public static JsonPath parse(String template) {
        return parse(template, true);
    }

    /// @param lenient whether a field that is not there is nothing, rather than a mistake
    public static JsonPath parse(String template, boolean lenient) {
        return new JsonPath(new Parser(template).template(), lenient);
    }

    /// A path as flags take it, with or without braces and the first dot: `{.a.b}`, `.a.b`, `a.b`.
    public static String relaxed(String path) {
        if (path.isEmpty()) return path;
        boolean open = path.startsWith("{");
        boolean closed = path.endsWith("}");
        if (open != closed || path.equals("{}"))
            throw new Mistake("unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or"
                    + " '{.name1.name2}'");
        String bare = open ? path.substring(1, path.length() - 1) : path;
        return "{" + (bare.startsWith(".") ? bare : "." + bare) + "}";
    }

    public String print(Tree root) {
        var out = new StringBuilder();
        print(parts, root, root, out);
        return out.toString();
    }

    /// What the expressions find, one after the other.
    public List<Tree> find(Tree root) {
        var found = new ArrayList<Tree>();
        for (Part part : parts) if (part instanceof Action(var steps)) found.addAll(walk(steps, root, root));
        return found;
    }

    private void print(List<Part> parts, Tree root, Tree current, StringBuilder out) {
        for (Part part : parts) {
            switch (part) {
                case Plain(var text) -> out.append(text);
                case Action(var steps) ->
                    out.append(String.join(
                            " ",
                            walk(steps, root, current).stream()
                                    .map(JsonPath::shown)
                                    .toList()));
                case Range(var steps, var body) -> {
                    for (Tree each : walk(steps, root, current)) print(body, root, each, out);
                }
            }
        }
    }

    static String shown(Tree tree) {
        return switch (tree) {
            case Tree.Text(var value) -> value;
            case Tree.Null ignored -> "<nil>";
            case Tree.Decimal(var number) -> GoValues.number(number);
            case Tree.Whole whole -> whole.toString();
            case Tree.Bool bool -> bool.toString();
            default -> GoJson.write(tree);
        };
    }

    private List<Tree> walk(List<Step> steps, Tree root, Tree current) {
        List<Tree> here = List.of(current);
        for (Step step : steps) here = step(step, here, root);
        return here;
    }

    private List<Tree> step(Step step, List<Tree> here, Tree root) {
        return switch (step) {
            case Root() -> List.of(root);
            case Constant(var value) -> List.of(value);
            case Field(var name) -> fields(name, here);
            case Everything() ->
                here.stream().flatMap(tree -> values(tree).stream()).toList();
            case Descend() ->
                here.stream().flatMap(tree -> descendants(tree).stream()).toList();
            case Slice slice ->
                here.stream().flatMap(tree -> sliced(slice, tree).stream()).toList();
            case Union(var branches) ->
                branches.stream()
                        .flatMap(branch -> here.stream().flatMap(tree -> walk(branch, root, tree).stream()))
                        .toList();
            case Filter filter ->
                here.stream()
                        .flatMap(tree -> filtered(filter, tree, root).stream())
                        .toList();
        };
    }

    private List<Tree> fields(String name, List<Tree> here) {
        var found = new ArrayList<Tree>();
        for (Tree tree : here) if (tree instanceof ObjectTree object && object.has(name)) found.add(object.get(name));
        if (found.isEmpty() && !lenient) throw new Mistake(name + " is not found");
        return found;
    }

    private List<Tree> sliced(Slice slice, Tree tree) {
        if (tree.isNull()) return List.of();
        if (!(tree instanceof ListTree list)) throw new Mistake(GoValues.print(tree) + " is not array or slice");
        int size = list.size();
        int from = slice.from() == null ? 0 : slice.from() < 0 ? slice.from() + size : slice.from();
        if (slice.single()) {
            if (from < 0 || from >= size)
                throw new Mistake("array index out of bounds: index " + (slice.from() == null ? 0 : slice.from())
                        + ", length " + size);
            return List.of(list.get(from));
        }
        int to = slice.to() == null ? size : slice.to() < 0 ? slice.to() + size : slice.to();
        int by = slice.by() == null ? 1 : slice.by();
        if (by <= 0) throw new Mistake("step must be > 0");
        var found = new ArrayList<Tree>();
        for (int i = Math.max(0, from); i < Math.min(size, to); i += by) found.add(list.get(i));
        return found;
    }

    private List<Tree> filtered(Filter filter, Tree tree, Tree root) {
        if (tree.isNull()) return List.of();
        if (!(tree instanceof ListTree list))
            throw new Mistake(GoValues.print(tree) + " is not array or slice and cannot be filtered");
        return list.stream().filter(item -> holds(filter, item, root)).toList();
    }

    private boolean holds(Filter filter, Tree item, Tree root) {
        List<Tree> left = new JsonPath(List.of(), true).walk(filter.left(), root, item);
        if (filter.operator().equals("exists")) return !left.isEmpty();
        List<Tree> right = new JsonPath(List.of(), true).walk(filter.right(), root, item);
        if (left.size() > 1 || right.size() > 1) throw new Mistake("can only compare one element at a time");
        if (left.isEmpty() || right.isEmpty()) return false;
        int order = compare(left.getFirst(), right.getFirst());
        return switch (filter.operator()) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case ">=" -> order >= 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order < 0;
        };
    }

    private static int compare(Tree left, Tree right) {
        boolean numbers = isNumber(left) && isNumber(right);
        if (numbers) return Double.compare(number(left), number(right));
        if (left.getClass() != right.getClass()) throw new Mistake("incompatible types for comparison");
        return shown(left).compareTo(shown(right));
    }

    private static boolean isNumber(Tree tree) {
        return tree instanceof Tree.Whole || tree instanceof Tree.Decimal;
    }

    private static double number(Tree tree) {
        return tree instanceof Tree.Whole(var whole) ? whole : tree instanceof Tree.Decimal(var decimal) ? decimal : 0;
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

    /// Reads a template, letter by letter.
    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        List<Part> template() {
            List<Part> parts = parts(false);
            return parts;
        }

        private List<Part> parts(boolean inRange) {
            var parts = new ArrayList<Part>();
            while (at < text.length()) {
                int open = text.indexOf('{', at);
                if (open < 0) {
                    parts.add(new Plain(text.substring(at)));
                    at = text.length();
                    break;
                }
                if (open > at) parts.add(new Plain(text.substring(at, open)));
                at = open + 1;
                if (action(parts)) {
                    if (!inRange) throw new Mistake("not in range, nothing to end");
                    return parts;
                }
            }
            if (inRange) throw new Mistake("unclosed range");
            return parts;
        }

        /// @return whether it was `{end}`
        private boolean action(List<Part> parts) {
            var steps = new ArrayList<Step>();
            while (true) {
                skipBlanks();
                if (at >= text.length()) throw new Mistake("unclosed action");
                char letter = text.charAt(at);
                if (letter == '}') {
                    at++;
                    if (!steps.isEmpty()) parts.add(new Action(steps));
                    return false;
                }
                if (letter == '"' || letter == '\'') {
                    parts.add(new Plain(quoted()));
                } else if (Character.isLetter(letter)) {
                    int from = at;
                    while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) at++;
                    String word = text.substring(from, at);
                    if (word.equals("end")) {
                        skipBlanks();
                        if (at < text.length() && text.charAt(at) == '}') at++;
                        return true;
                    }
                    if (word.equals("range")) {
                        range(parts);
                        return false;
                    }
                    if (word.equals("true") || word.equals("false"))
                        steps.add(new Constant(Tree.of(word.equals("true"))));
                    else throw new Mistake("unrecognized identifier " + word);
                } else {
                    List<Step> more = path("}");
                    steps.addAll(more);
                }
            }
        }

        private void range(List<Part> parts) {
            skipBlanks();
            List<Step> steps = path("}");
            skipBlanks();
            if (at >= text.length()) throw new Mistake("unclosed action");
            at++;
            parts.add(new Range(steps, parts(true)));
        }

        private void skipBlanks() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
        }

        /// Steps up to a letter of `ends` or a blank.
        private List<Step> path(String ends) {
            var steps = new ArrayList<Step>();
            while (at < text.length()) {
                char letter = text.charAt(at);
                if (ends.indexOf(letter) >= 0 || Character.isWhitespace(letter)) break;
                switch (letter) {
                    case '$' -> {
                        steps.add(new Root());
                        at++;
                    }
                    case '@' -> at++;
                    case '*' -> {
                        steps.add(new Everything());
                        at++;
                    }
                    case '.' -> field(steps);
                    case '[' -> steps.add(array());
                    default -> {
                        if (letter == '-' || Character.isDigit(letter)) steps.add(new Constant(numeral()));
                        else
                            throw new Mistake(String.format(
                                    "unrecognized character in action: U+%04X '%c'", (int) letter, letter));
                    }
                }
            }
            return steps;
        }

        private void field(List<Step> steps) {
            at++;
            if (at < text.length() && text.charAt(at) == '.') {
                steps.add(new Descend());
                at++;
            }
            if (at < text.length() && text.charAt(at) == '[') return;
            var name = new StringBuilder();
            while (at < text.length()) {
                char letter = text.charAt(at);
                if (letter == '\\' && at + 1 < text.length()) {
                    name.append(text.charAt(at + 1));
                    at += 2;
                    continue;
                }
                if (Character.isWhitespace(letter) || ".[]{}()=!<>,|@$".indexOf(letter) >= 0) break;
                name.append(letter);
                at++;
            }
            if (name.toString().equals("*")) steps.add(new Everything());
            else if (!name.isEmpty()) steps.add(new Field(name.toString()));
        }

        private Step array() {
            int close = bracket();
            String inside = text.substring(at + 1, close).strip();
            int start = at + 1;
            at = close + 1;
            if (inside.equals("*")) return new Everything();
            if (inside.startsWith("?(")) return filter(start, close);
            List<String> pieces = pieces(inside);
            List<List<Step>> branches =
                    pieces.stream().map(piece -> List.of(element(piece))).toList();
            return branches.size() == 1 ? branches.getFirst().getFirst() : new Union(branches);
        }

        /// What commas part, those in quotes left alone.
        private static List<String> pieces(String inside) {
            var pieces = new ArrayList<String>();
            int from = 0;
            boolean quoted = false;
            for (int i = 0; i < inside.length(); i++) {
                if (inside.charAt(i) == '\'') quoted = !quoted;
                else if (inside.charAt(i) == ',' && !quoted) {
                    pieces.add(inside.substring(from, i).strip());
                    from = i + 1;
                }
            }
            pieces.add(inside.substring(from).strip());
            return pieces;
        }

        private static Step element(String piece) {
            if (piece.length() >= 2 && piece.startsWith("'") && piece.endsWith("'"))
                return new Field(piece.substring(1, piece.length() - 1).replace("\\.", "."));
            if (!piece.matches("-?\\d*(:-?\\d*){0,2}") || piece.isEmpty())
                throw new Mistake("invalid array index " + piece);
            String[] bounds = piece.split(":", -1);
            return new Slice(
                    whole(bounds[0]),
                    bounds.length > 1 ? whole(bounds[1]) : null,
                    bounds.length > 2 ? whole(bounds[2]) : null,
                    bounds.length == 1);
        }

        private static @Nullable Integer whole(String text) {
            return text.isEmpty() ? null : Integer.valueOf(text);
        }

        private int bracket() {
            int depth = 0;
            char quote = 0;
            for (int i = at; i < text.length(); i++) {
                char letter = text.charAt(i);
                if (quote != 0) {
                    if (letter == quote) quote = 0;
                } else if (letter == '"' || letter == '\'') quote = letter;
                else if (letter == '[') depth++;
                else if (letter == ']' && --depth == 0) return i;
            }
            throw new Mistake("unterminated array");
        }

        private Step filter(int from, int close) {
            String inside = text.substring(from, close).strip();
            if (!inside.endsWith(")")) throw new Mistake("unclosed array expect ]");
            var parser = new Parser(inside.substring(2, inside.length() - 1));
            List<Step> left = parser.operand();
            parser.skipBlanks();
            if (parser.at >= parser.text.length()) return new Filter(left, "exists", List.of());
            String operator = parser.operator();
            List<Step> right = parser.operand();
            return new Filter(left, operator, right);
        }

        private String operator() {
            for (String operator : List.of("==", "!=", ">=", "<=", ">", "<"))
                if (text.startsWith(operator, at)) {
                    at += operator.length();
                    return operator;
                }
            throw new Mistake("unrecognized filter operator " + text.substring(at));
        }

        private List<Step> operand() {
            skipBlanks();
            if (at >= text.length()) throw new Mistake("unterminated filter");
            char letter = text.charAt(at);
            if (letter == '"' || letter == '\'') return List.of(new Constant(Tree.of(quoted())));
            if (letter == '-' || Character.isDigit(letter)) return List.of(new Constant(numeral()));
            for (String word : List.of("true", "false"))
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return List.of(new Constant(Tree.of(word.equals("true"))));
                }
            return path("=!<>");
        }

        private Tree numeral() {
            int from = at;
            while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) at++;
            try {
                return Tree.of(Double.parseDouble(text.substring(from, at)));
            } catch (NumberFormatException wrong) {
                throw new Mistake("cannot parse number " + text.substring(from, at));
            }
        }

        private String quoted() {
            char quote = text.charAt(at);
            var value = new StringBuilder();
            for (int i = at + 1; i < text.length(); i++) {
                char letter = text.charAt(i);
                if (letter == quote) {
                    at = i + 1;
                    return value.toString();
                }
                if (letter == '\\' && i + 1 < text.length()) {
                    letter = text.charAt(++i);
                    value.append(
                            switch (letter) {
                                case 'n' -> '\n';
                                case 't' -> '\t';
                                case 'r' -> '\r';
                                default -> letter;
                            });
                } else value.append(letter);
            }
            throw new Mistake("unterminated quoted string");
        }
    }
}
