package io.amphora.machinery.jsonpath;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A JSONPath template: text with `{.a.b[0]}`, `{.items[*].metadata.name}`, `{.a['x\.y']}`, `{..name}`,
/// `{.list[?(@.type=="Ready")].status}`, `{range .items[*]}…{end}` and `{"\n"}`. Immutable.
///
/// What it means, oddities included, is what client-go makes of it: people's scripts rely on either. The oddest: a
/// name in brackets is still parted at its dots, `@` and `$` are the same, and what stands in one pair of braces is
/// one chain, blanks or not.
public final class JsonPath {
    /// A column is a server's work for each row, and its path somebody else's.
    private static final int COLUMN_BUDGET = 100_000;

    private static final Pattern RELAXED = Pattern.compile("\\{\\.?([^{}]++)}|\\.?([^{}]++)");

    /// Says why a template is none, or why it does not fit an object.
    public static final class Mistake extends RuntimeException {
        private final boolean leaves;

        Mistake(String message) {
            this(message, true);
        }

        /// @param leaves whether values are left where it was made, which is enough for a filter that asks for being
        private Mistake(String message, boolean leaves) {
            super(message, null, false, false);
            this.leaves = leaves;
        }

        static Mistake nothingLeft(String message) {
            return new Mistake(message, false);
        }

        boolean leavesSomething() {
            return leaves;
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
        return new JsonPath(Parser.parse(template), lenient);
    }

    /// A path as flags take it, with or without braces and the first dot: `{.a.b}`, `.a.b`, `a.b`.
    public static String relaxed(String path) {
        if (path.isEmpty()) return path;
        Matcher matcher = RELAXED.matcher(path);
        if (!matcher.matches())
            throw new Mistake("unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or"
                    + " '{.name1.name2}'");
        return "{." + (matcher.group(1) != null ? matcher.group(1) : matcher.group(2)) + "}";
    }

    /// @throws Mistake when the template does not fit the value
    public String print(Tree root) {
        var out = new StringBuilder();
        for (List<Tree> found : results(root))
            out.append(String.join(" ", found.stream().map(JsonPath::shown).toList()));
        return out.toString();
    }

    /// What the parts of the template find, one after the other.
    ///
    /// @throws Mistake when the template does not fit the value
    public List<Tree> find(Tree root) {
        return results(root).stream().flatMap(List::stream).toList();
    }

    /// The first value that the first part finds. What takes too long to find, or does not fit, is not there.
    public Optional<Tree> first(Tree root) {
        try {
            return new Walk(parts, lenient, COLUMN_BUDGET)
                    .results(root).stream().limit(1).flatMap(List::stream).findFirst();
        } catch (Mistake unfit) {
            return Optional.empty();
        }
    }

    private List<List<Tree>> results(Tree root) {
        return new Walk(parts, lenient, Long.MAX_VALUE).results(root);
    }

    /// A value as a template prints it: text as it is, objects and lists as JSON.
    public static String shown(Tree tree) {
        return tree instanceof ObjectTree || tree instanceof ListTree ? GoText.json(tree) : GoText.print(tree);
    }
}
