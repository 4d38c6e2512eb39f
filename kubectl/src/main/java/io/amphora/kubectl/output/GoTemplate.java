package io.amphora.kubectl.output;

import io.amphora.kubectl.Failure;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `-o go-template=…`: text with `{{.metadata.name}}`, `{{range .items}}…{{end}}`, `{{if}}`, `{{with}}`, variables,
/// pipelines and the usual functions.
public final class GoTemplate {
    private static final Pattern TOKEN = Pattern.compile(
            "\\s+|\"(?:\\\\.|[^\"\\\\])*\"|`[^`]*`|'(?:\\\\.|[^'\\\\])'|:=|[|(),=]|\\$[\\w]*(?:\\.[\\w]+)*|\\.(?:[\\w]+(?:\\.[\\w]+)*)?"
                    + "|-?\\d+(?:\\.\\d+)?|\\w+");

    private sealed interface Node {}

    private record Text(String text) implements Node {}

    private record Action(Pipeline pipeline) implements Node {}

    private record Branch(String word, Pipeline pipeline, List<Node> body, List<Node> otherwise) implements Node {}

    /// @param variables that the value is given to
    private record Pipeline(List<String> variables, boolean declares, List<List<Operand>> commands) {}

    private sealed interface Operand {}

    private record Word(String token) implements Operand {}

    private record Inner(Pipeline pipeline, String fields) implements Operand {}

    /// Names on their way through nested blocks.
    private static final class Scope {
        private final @Nullable Scope outer;
        private final Map<String, @Nullable Tree> variables = new HashMap<>();

        Scope(@Nullable Scope outer) {
            this.outer = outer;
        }

        @Nullable
        Tree get(String name) {
            if (variables.containsKey(name)) return variables.get(name);
            if (outer == null) throw Failure.error("undefined variable \"" + name + "\"");
            return outer.get(name);
        }

        void set(String name, @Nullable Tree value, boolean declares) {
            for (Scope scope = this; scope != null && !declares; scope = scope.outer)
                if (scope.variables.containsKey(name)) {
                    scope.variables.put(name, value);
                    return;
                }
            variables.put(name, value);
        }
    }

    private final String template;
    private final boolean lenient;
    private final List<Node> nodes;

    private GoTemplate(String template, boolean lenient) {
        this.template = template;
        this.lenient = lenient;
        this.nodes = new Parser(template).nodes();
    }

    public static GoTemplate parse(String template, boolean lenient) {
        return new GoTemplate(template, lenient);
    }

    public String print(Tree root) {
        var out = new StringBuilder();
        var scope = new Scope(null);
        scope.set("$", root, true);
        run(nodes, root, scope, out);
        return out.toString();
    }

    private void run(List<Node> nodes, @Nullable Tree dot, Scope scope, StringBuilder out) {
        for (Node node : nodes) {
            switch (node) {
                case Text(var text) -> out.append(text);
                case Action(var pipeline) -> {
                    Tree value = evaluate(pipeline, dot, scope);
                    if (pipeline.variables().isEmpty())
                        out.append(value == null ? "<no value>" : GoValues.print(value));
                }
                case Branch branch -> branch(branch, dot, new Scope(scope), out);
            }
        }
    }

    private void branch(Branch branch, @Nullable Tree dot, Scope scope, StringBuilder out) {
        if (branch.word().equals("range")) {
            range(branch, dot, scope, out);
            return;
        }
        Tree value = evaluate(branch.pipeline(), dot, scope);
        boolean met = isTrue(value);
        Tree inside = met && branch.word().equals("with") ? value : dot;
        run(met ? branch.body() : branch.otherwise(), inside, scope, out);
    }

    private void range(Branch branch, @Nullable Tree dot, Scope scope, StringBuilder out) {
        Pipeline pipeline = branch.pipeline();
        Tree over = evaluate(new Pipeline(List.of(), false, pipeline.commands()), dot, scope);
        List<Map.Entry<Tree, Tree>> entries = new ArrayList<>();
        if (over instanceof ListTree list)
            for (int i = 0; i < list.size(); i++) entries.add(Map.entry(Tree.of(i), list.get(i)));
        if (over instanceof ObjectTree object)
            for (var pair : object) entries.add(Map.entry(Tree.of(pair.getKey()), pair.getValue()));
        if (entries.isEmpty()) run(branch.otherwise(), dot, scope, out);
        for (var entry : entries) {
            var inner = new Scope(scope);
            List<String> names = pipeline.variables();
            if (!names.isEmpty()) inner.set(names.getLast(), entry.getValue(), true);
            if (names.size() > 1) inner.set(names.getFirst(), entry.getKey(), true);
            run(branch.body(), entry.getValue(), inner, out);
        }
    }

    private @Nullable Tree evaluate(Pipeline pipeline, @Nullable Tree dot, Scope scope) {
        Tree value = null;
        boolean first = true;
        for (List<Operand> command : pipeline.commands()) {
            value = call(command, first ? List.of() : java.util.Collections.singletonList(value), dot, scope);
            first = false;
        }
        for (String name : pipeline.variables()) scope.set(name, value, pipeline.declares());
        return value;
    }

    private @Nullable Tree call(List<Operand> command, List<@Nullable Tree> piped, @Nullable Tree dot, Scope scope) {
        Operand head = command.getFirst();
        boolean function = head instanceof Word(var token) && token.matches("[a-zA-Z]\\w*") && !isConstant(token);
        if (!function) return operand(head, dot, scope);
        String name = ((Word) head).token();
        if (name.equals("and") || name.equals("or")) {
            Tree value = null;
            for (Operand each : command.subList(1, command.size())) {
                value = operand(each, dot, scope);
                if (isTrue(value) == name.equals("or")) return value;
            }
            return piped.isEmpty() ? value : piped.getFirst();
        }
        var values = new ArrayList<@Nullable Tree>();
        for (Operand each : command.subList(1, command.size())) values.add(operand(each, dot, scope));
        values.addAll(piped);
        return apply(name, values);
    }

    private static boolean isConstant(String token) {
        return token.equals("true") || token.equals("false") || token.equals("nil");
    }

    private @Nullable Tree operand(Operand operand, @Nullable Tree dot, Scope scope) {
        if (operand instanceof Inner(var pipeline, var fields)) return fields(evaluate(pipeline, dot, scope), fields);
        String token = ((Word) operand).token();
        char letter = token.charAt(0);
        if (letter == '"') return Json.read(token);
        if (letter == '`') return Tree.of(token.substring(1, token.length() - 1));
        if (letter == '$') {
            int end = token.indexOf('.');
            Tree value = scope.get(end < 0 ? token : token.substring(0, end));
            return end < 0 ? value : fields(value, token.substring(end));
        }
        if (letter == '.') return fields(dot, token);
        if (token.equals("nil")) return Tree.NULL;
        if (isConstant(token)) return Tree.of(token.equals("true"));
        if (letter == '-' || Character.isDigit(letter)) return Json.read(token);
        return call(List.of(operand), List.of(), dot, scope);
    }

    private @Nullable Tree fields(@Nullable Tree from, String path) {
        Tree value = from;
        for (String name : path.split("\\.")) {
            if (name.isEmpty()) continue;
            if (value == null || value.isNull()) return null;
            if (!(value instanceof ObjectTree object))
                throw executing("can't evaluate field " + name + " in type " + type(value));
            value = object.find(name);
            if (value == null && !lenient) throw executing("map has no entry for key \"" + name + "\"");
        }
        return value;
    }

    private static String type(Tree value) {
        return switch (value) {
            case Tree.Text ignored -> "string";
            case Tree.Whole ignored -> "int64";
            case Tree.Decimal ignored -> "float64";
            case Tree.Bool ignored -> "bool";
            case ListTree ignored -> "[]interface {}";
            default -> "interface {}";
        };
    }

    private Failure executing(String why) {
        return Failure.error("error executing template \"" + template + "\": template: output: " + why);
    }

    private static boolean isTrue(@Nullable Tree value) {
        return switch (value) {
            case null -> false;
            case Tree.Null ignored -> false;
            case Tree.Bool(var bool) -> bool;
            case Tree.Text(var text) -> !text.isEmpty();
            case Tree.Whole(var whole) -> whole != 0;
            case Tree.Decimal(var number) -> number != 0;
            case ListTree list -> !list.isEmpty();
            case ObjectTree object -> !object.isEmpty();
        };
    }

    private Tree apply(String name, List<@Nullable Tree> values) {
        return switch (name) {
            case "not" -> Tree.of(!isTrue(values.getFirst()));
            case "len" -> Tree.of(length(values.getFirst()));
            case "index" -> index(values);
            case "exists" -> Tree.of(exists(values));
            case "print" ->
                Tree.of(String.join("", values.stream().map(GoTemplate::shown).toList()));
            case "println" ->
                Tree.of(String.join(" ", values.stream().map(GoTemplate::shown).toList()) + "\n");
            case "printf" -> Tree.of(printf(values));
            case "base64decode" ->
                Tree.of(new String(Base64.getDecoder().decode(shown(values.getFirst())), StandardCharsets.UTF_8));
            case "html" ->
                Tree.of(shown(values.getFirst())
                        .replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&#34;")
                        .replace("'", "&#39;"));
            case "urlquery" -> Tree.of(java.net.URLEncoder.encode(shown(values.getFirst()), StandardCharsets.UTF_8));
            case "eq" -> Tree.of(values.stream().skip(1).anyMatch(each -> compare(values.getFirst(), each) == 0));
            case "ne" -> Tree.of(compare(values.getFirst(), values.get(1)) != 0);
            case "lt" -> Tree.of(compare(values.getFirst(), values.get(1)) < 0);
            case "le" -> Tree.of(compare(values.getFirst(), values.get(1)) <= 0);
            case "gt" -> Tree.of(compare(values.getFirst(), values.get(1)) > 0);
            case "ge" -> Tree.of(compare(values.getFirst(), values.get(1)) >= 0);
            default ->
                throw Failure.error("error parsing template " + template + ", template: output:1: function \"" + name
                        + "\" not defined");
        };
    }

    private static String shown(@Nullable Tree value) {
        return value == null ? "<no value>" : GoValues.print(value);
    }

    private int length(@Nullable Tree value) {
        return switch (value) {
            case Tree.Text(var text) -> text.getBytes(StandardCharsets.UTF_8).length;
            case ListTree list -> list.size();
            case ObjectTree object -> object.size();
            case null, default -> throw executing("error calling len: len of nil pointer");
        };
    }

    private Tree index(List<@Nullable Tree> values) {
        Tree here = values.getFirst();
        for (Tree key : values.subList(1, values.size())) {
            if (here instanceof ListTree list && key instanceof Tree.Whole(var at)) {
                if (at < 0 || at >= list.size())
                    throw executing("error calling index: reflect: slice index out of range");
                here = list.get((int) at);
            } else if (here instanceof ObjectTree object && key instanceof Tree.Text(var name)) {
                here = object.get(name);
            } else throw executing("error calling index: index of untyped nil");
        }
        return here == null ? Tree.NULL : here;
    }

    private static boolean exists(List<@Nullable Tree> values) {
        Tree here = values.getFirst();
        for (Tree key : values.subList(1, values.size())) {
            if (here instanceof ListTree list && key instanceof Tree.Whole(var at) && at >= 0 && at < list.size())
                here = list.get((int) at);
            else if (here instanceof ObjectTree object && key instanceof Tree.Text(var name) && object.has(name))
                here = object.get(name);
            else return false;
        }
        return true;
    }

    private static int compare(@Nullable Tree left, @Nullable Tree right) {
        if (left instanceof Tree.Whole(var mine) && right instanceof Tree.Whole(var theirs))
            return Long.compare(mine, theirs);
        return shown(left).compareTo(shown(right));
    }

    private static String printf(List<@Nullable Tree> values) {
        Matcher verb = Pattern.compile("%[-+# 0]*\\d*(?:\\.\\d+)?[a-zA-Z%]").matcher(shown(values.getFirst()));
        var at = new int[] {1};
        return verb.replaceAll(found -> {
            String format = found.group();
            char kind = format.charAt(format.length() - 1);
            if (kind == '%') return "%";
            Tree value = at[0] < values.size() ? values.get(at[0]++) : null;
            String flags = format.substring(0, format.length() - 1);
            String made = switch (kind) {
                case 'q' -> Json.write(Tree.of(shown(value)));
                case 'd' -> String.format(flags + "d", value instanceof Tree.Whole(var whole) ? whole : 0L);
                case 'f' -> String.format(flags + "f", value instanceof Tree.Decimal(var number) ? number : 0.0);
                default -> String.format(flags.replace("#", "") + "s", shown(value));
            };
            return Matcher.quoteReplacement(made);
        });
    }

    /// Reads a template.
    private static final class Parser {
        private final String template;
        private int at;
        private @Nullable String end;
        private boolean trims;

        Parser(String template) {
            this.template = template;
        }

        List<Node> nodes() {
            List<Node> nodes = body();
            if (end != null) throw wrong("unexpected {{" + end + "}}");
            return nodes;
        }

        private Failure wrong(String why) {
            return Failure.error("error parsing template " + template + ", template: output:1: " + why);
        }

        /// Nodes up to `{{end}}`, `{{else}}` or the end of the text; `end` says which.
        private List<Node> body() {
            var nodes = new ArrayList<Node>();
            end = null;
            while (at < template.length()) {
                int open = template.indexOf("{{", at);
                String text = open < 0 ? template.substring(at) : template.substring(at, open);
                if (trims) text = text.stripLeading();
                trims = false;
                if (open >= 0 && template.startsWith("{{- ", open)) text = text.stripTrailing();
                if (!text.isEmpty()) nodes.add(new Text(text));
                if (open < 0) {
                    at = template.length();
                    break;
                }
                int close = close(open);
                String inside = template.substring(open + 2, close);
                if (inside.startsWith("- ")) inside = inside.substring(1);
                if (inside.endsWith(" -")) {
                    trims = true;
                    inside = inside.substring(0, inside.length() - 1);
                }
                at = close + 2;
                inside = inside.strip();
                if (inside.startsWith("/*")) continue;
                String word = inside.split("\\s+", 2)[0];
                if (word.equals("end") || word.equals("else")) {
                    end = inside;
                    return nodes;
                }
                if (List.of("if", "range", "with").contains(word))
                    nodes.add(branch(word, inside.substring(word.length())));
                else nodes.add(new Action(new Commands(inside).pipeline()));
            }
            return nodes;
        }

        private Node branch(String word, String condition) {
            Pipeline pipeline = new Commands(condition).pipeline();
            List<Node> body = body();
            List<Node> otherwise = List.of();
            String ended = end;
            if (ended != null && ended.startsWith("else")) {
                String rest = ended.substring(4).strip();
                if (rest.isEmpty()) otherwise = body();
                else {
                    String inner = rest.split("\\s+", 2)[0];
                    otherwise = List.of(branch(inner, rest.substring(inner.length())));
                    end = "end";
                }
            }
            if (end == null) throw wrong("unexpected EOF");
            end = null;
            return new Branch(word, pipeline, body, otherwise);
        }

        private int close(int open) {
            boolean quoted = false;
            for (int i = open + 2; i < template.length() - 1; i++) {
                char letter = template.charAt(i);
                if (letter == '\\' && quoted) i++;
                else if (letter == '"') quoted = !quoted;
                else if (!quoted && template.startsWith("}}", i)) return i;
            }
            throw wrong("unclosed action");
        }

        /// Reads what stands in one action.
        private final class Commands {
            private final List<String> tokens = new ArrayList<>();
            private int next;

            Commands(String inside) {
                Matcher matcher = TOKEN.matcher(inside);
                int end = 0;
                while (matcher.find() && matcher.start() == end) {
                    end = matcher.end();
                    if (!matcher.group().isBlank()) tokens.add(matcher.group());
                }
                if (end != inside.length()) throw wrong("unexpected \"" + inside.charAt(end) + "\" in command");
                if (tokens.isEmpty()) throw wrong("missing value for command");
            }

            Pipeline pipeline() {
                var variables = new ArrayList<String>();
                boolean declares = true;
                int sign = Math.max(tokens.indexOf(":="), tokens.indexOf("="));
                if (sign > 0 && next == 0) {
                    declares = tokens.get(sign).equals(":=");
                    for (String token : tokens.subList(0, sign)) if (token.startsWith("$")) variables.add(token);
                    next = sign + 1;
                }
                var commands = new ArrayList<List<Operand>>();
                var command = new ArrayList<Operand>();
                while (next < tokens.size()) {
                    String token = tokens.get(next++);
                    if (token.equals(")")) break;
                    if (token.equals("|")) {
                        commands.add(List.copyOf(command));
                        command.clear();
                    } else if (token.equals("(")) {
                        Pipeline inner = pipelineInside();
                        boolean fields = next < tokens.size()
                                && tokens.get(next).startsWith(".")
                                && tokens.get(next).length() > 1;
                        command.add(new Inner(inner, fields ? tokens.get(next++) : ""));
                    } else command.add(new Word(token));
                }
                if (command.isEmpty()) throw wrong("missing value for command");
                commands.add(List.copyOf(command));
                return new Pipeline(variables, declares, commands);
            }

            private Pipeline pipelineInside() {
                return pipeline();
            }
        }
    }
}
