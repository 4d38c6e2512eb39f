package io.amphora.apiserver.custom;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A path into an object, as printer columns have it: `.status.conditions[?(@.type=="Ready")].status`, `.spec.l[0]`,
/// `.metadata.labels['a.b']`, `.spec.l[*]`. Immutable.
///
/// The expressions do not backtrack, as a user writes the path: repeated groups are possessive.
final class JsonPath {
    private static final Pattern NAME = Pattern.compile("\\.((?:[^.\\[\\\\]|\\\\.)++)");
    private static final Pattern QUOTED = Pattern.compile("\\[['\"]([^'\"]*)['\"]]");
    private static final Pattern INDEX = Pattern.compile("\\[(-?\\d{1,9})]");
    private static final Pattern ALL = Pattern.compile("\\[\\*]|\\.\\*");
    private static final Pattern FILTER = Pattern.compile(
            "\\[\\?\\(\\s*@(\\.[^\\s=!<>)]+)\\s*(==|!=)\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s)]+))\\s*\\)]");

    private final List<Function<Tree, List<Tree>>> steps;

    private JsonPath(List<Function<Tree, List<Tree>>> steps) {
        this.steps = steps;
    }

    /// Empty for a path that is not understood.
    static Optional<JsonPath> parse(String text) {
        var steps = new ArrayList<Function<Tree, List<Tree>>>();
        int at = 0;
        while (at < text.length()) {
            Matcher all = matcher(ALL, text, at);
            Matcher name = matcher(NAME, text, at);
            Matcher quoted = matcher(QUOTED, text, at);
            Matcher index = matcher(INDEX, text, at);
            Matcher filter = matcher(FILTER, text, at);
            Matcher found;
            if ((found = all).lookingAt()) steps.add(JsonPath::values);
            else if ((found = name).lookingAt()) steps.add(named(name.group(1).replaceAll("\\\\(.)", "$1")));
            else if ((found = quoted).lookingAt()) steps.add(named(quoted.group(1)));
            else if ((found = index).lookingAt()) steps.add(indexed(Integer.parseInt(index.group(1))));
            else if ((found = filter).lookingAt()) steps.add(filtered(filter));
            else return Optional.empty();
            at = found.end();
        }
        return Optional.of(new JsonPath(steps));
    }

    private static Matcher matcher(Pattern pattern, String text, int at) {
        return pattern.matcher(text).region(at, text.length());
    }

    /// The first value that the path leads to.
    Optional<Tree> first(Tree tree) {
        return all(tree).stream().findFirst();
    }

    private List<Tree> all(Tree tree) {
        List<Tree> found = List.of(tree);
        for (var step : steps)
            found = found.stream().flatMap(each -> step.apply(each).stream()).toList();
        return found;
    }

    private static List<Tree> values(Tree tree) {
        return switch (tree) {
            case ListTree list -> list.items();
            case ObjectTree object -> object.names().stream().map(object::get).toList();
            default -> List.of();
        };
    }

    private static Function<Tree, List<Tree>> named(String name) {
        return tree -> {
            Tree value = tree instanceof ObjectTree object ? object.find(name) : null;
            return value == null ? List.of() : List.of(value);
        };
    }

    private static Function<Tree, List<Tree>> indexed(int index) {
        return tree -> {
            if (!(tree instanceof ListTree list)) return List.of();
            int at = index < 0 ? list.size() + index : index;
            return at >= 0 && at < list.size() ? List.of(list.get(at)) : List.of();
        };
    }

    private static Function<Tree, List<Tree>> filtered(Matcher filter) {
        JsonPath path = parse(filter.group(1)).orElseThrow(() -> new IllegalStateException(filter.group(1)));
        boolean same = filter.group(2).equals("==");
        String wanted =
                filter.group(3) != null ? filter.group(3) : filter.group(4) != null ? filter.group(4) : filter.group(5);
        Predicate<Tree> fits = each -> path.first(each)
                .map(value -> (value instanceof Tree.Text(var text) ? text : value.toString()).equals(wanted) == same)
                .orElse(false);
        return tree -> tree instanceof ListTree list
                ? list.items().stream().filter(fits).toList()
                : List.of();
    }
}
