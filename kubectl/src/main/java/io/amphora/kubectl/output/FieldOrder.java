package io.amphora.kubectl.output;

import io.amphora.machinery.jsonpath.JsonPath;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.quantity.QuantityFormatException;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `--sort-by`: objects in the order of one field. Numbers and quantities are compared as such, texts so that `a9`
/// comes before `a10`; what lacks the field comes first.
public final class FieldOrder {
    private final String shown;
    private final JsonPath path;

    private FieldOrder(String shown, JsonPath path) {
        this.shown = shown;
        this.path = path;
    }

    /// @throws JsonPath.Mistake for what is no path
    public static FieldOrder by(String path) {
        String relaxed = JsonPath.relaxed(path);
        return new FieldOrder(relaxed, JsonPath.parse(relaxed));
    }

    private record Keyed(Tree item, @Nullable Tree key) {}

    public List<Tree> sort(List<Tree> items, Function<Tree, Tree> object) {
        var keyed = new ArrayList<Keyed>();
        boolean any = false;
        for (Tree item : items) {
            List<Tree> found = path.find(object.apply(item));
            any |= !found.isEmpty();
            keyed.add(new Keyed(item, found.isEmpty() ? null : found.getFirst()));
        }
        if (!any)
            throw io.amphora.kubectl.Failure.error(
                    "couldn't find any field with path \"" + shown + "\" in the list of objects");
        keyed.sort(Comparator.comparing(Keyed::key, Comparator.nullsFirst(FieldOrder::compare)));
        return keyed.stream().map(Keyed::item).toList();
    }

    private static int compare(Tree left, Tree right) {
        if (left instanceof Tree.Whole(var mine) && right instanceof Tree.Whole(var theirs))
            return Long.compare(mine, theirs);
        if (left instanceof Tree.Bool(var mine) && right instanceof Tree.Bool(var theirs))
            return Boolean.compare(mine, theirs);
        String mine = JsonPath.shown(left);
        String theirs = JsonPath.shown(right);
        try {
            return Quantity.parse(mine).compareTo(Quantity.parse(theirs));
        } catch (QuantityFormatException text) {
            return natural(mine, theirs);
        }
    }

    /// Runs of digits by their value, all else letter by letter.
    static int natural(String left, String right) {
        int i = 0;
        int j = 0;
        while (i < left.length() && j < right.length()) {
            int endOfLeft = digits(left, i);
            int endOfRight = digits(right, j);
            if (endOfLeft > i && endOfRight > j) {
                int order = new java.math.BigInteger(left.substring(i, endOfLeft))
                        .compareTo(new java.math.BigInteger(right.substring(j, endOfRight)));
                if (order != 0) return order;
                i = endOfLeft;
                j = endOfRight;
                continue;
            }
            int order = Character.compare(left.charAt(i++), right.charAt(j++));
            if (order != 0) return order;
        }
        return Integer.compare(left.length() - i, right.length() - j);
    }

    private static int digits(String text, int from) {
        int end = from;
        while (end < text.length() && Character.isDigit(text.charAt(end))) end++;
        return end;
    }
}
