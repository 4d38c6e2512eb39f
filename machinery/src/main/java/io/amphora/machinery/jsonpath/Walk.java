package io.amphora.machinery.jsonpath;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.jsonpath.JsonPath.Mistake;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// One evaluation of a template.
final class Walk {
    private static final int DEEPEST_RANGE = 500;

    private final List<Part> parts;
    private final boolean lenient;
    private long budget;
    private int lastEnd;

    /// @param lenient whether a field that is not there is nothing, rather than a mistake
    /// @param budget how many values may be found on the way
    Walk(List<Part> parts, boolean lenient, long budget) {
        this.parts = parts;
        this.lenient = lenient;
        this.budget = budget;
    }

    /// What each part finds; the parts of a range again for each of its values.
    List<List<Tree>> results(Tree root) {
        var found = new ArrayList<List<Tree>>();
        run(0, root, 0, found);
        return found;
    }

    /// Up to the end of the template, or of the range that it is in.
    private void run(int from, Tree current, int depth, List<List<Tree>> found) {
        if (depth > DEEPEST_RANGE) throw new Mistake("too many ranges in each other");
        for (int i = from; i < parts.size(); i++) {
            List<Tree> here = values(parts.get(i), current);
            if (!(parts.get(i) instanceof Part.Action action)) {
                found.add(here);
                continue;
            }
            if (action.endsRange()) {
                if (depth == 0) throw new Mistake("not in range, nothing to end");
                lastEnd = i;
                return;
            }
            if (!action.opensRange()) {
                found.add(here);
                continue;
            }
            for (Tree each : here) run(i + 1, each, depth + 1, found);
            if (here.isEmpty()) run(i + 1, Tree.NULL, depth + 1, new ArrayList<>()); // to find where it ends
            i = Math.max(i, lastEnd);
        }
    }

    private List<Tree> values(Part part, Tree current) {
        return switch (part) {
            case Part.Plain(var text) -> List.of(Tree.of(text));
            case Part.Action(var steps) -> walk(steps, List.of(current));
        };
    }

    private List<Tree> walk(List<Step> steps, List<Tree> from) {
        List<Tree> here = from;
        for (Step step : steps) {
            here = step(step, here);
            spend(here.size() + 1);
        }
        return here;
    }

    private void spend(int values) {
        budget -= values;
        if (budget < 0) throw new Mistake("too many values");
    }

    private List<Tree> step(Step step, List<Tree> here) {
        return switch (step) {
            case Step.Constant(var value, var each) ->
                each ? here.stream().map(any -> value).toList() : List.of(value);
            case Step.Field(var name) -> fields(name, here);
            case Step.Everything() -> everything(here);
            case Step.Descend() -> descendants(here);
            case Step.Slice slice -> slices(slice, here);
            case Step.Union(var branches) ->
                branches.stream().flatMap(branch -> walk(branch, here).stream()).toList();
            case Step.Filter filter -> filtered(filter, here);
            case Step.Word word -> {
                if (word.equals(Step.Word.RANGE)) yield here;
                if (word.equals(Step.Word.END)) yield List.of();
                throw new Mistake("unrecognized identifier " + word.word());
            }
        };
    }

    private List<Tree> fields(String name, List<Tree> here) {
        if (here.isEmpty()) return here;
        var found = new ArrayList<Tree>();
        for (Tree tree : here) {
            Tree value = tree.object().find(name);
            if (value != null) found.add(value);
        }
        if (found.isEmpty() && !lenient) throw Mistake.nothingLeft(name + " is not found");
        return found;
    }

    // ---- lists ----

    private List<Tree> slices(Step.Slice slice, List<Tree> here) {
        var found = new ArrayList<Tree>();
        for (Tree tree : here) {
            if (tree.isNull()) continue;
            if (!(tree instanceof ListTree list)) throw new Mistake(goType(tree) + " is not array or slice");
            int from = from(slice, list.size());
            int to = to(slice, list.size());
            if (from == to) return found;
            requireInside(from, to, list.size());
            int by = slice.by() == null ? 1 : slice.by();
            if (by <= 0) throw new Mistake("step must be > 0");
            spend((to - from) / by);
            for (long i = from; i < to; i += by) found.add(list.get((int) i));
        }
        return found;
    }

    private static int from(Step.Slice slice, int size) {
        int from = slice.from() == null ? 0 : slice.from();
        return from < 0 ? from + size : from;
    }

    /// The end of `[from]` is what comes after it, also where `from` counts from the end.
    private static int to(Step.Slice slice, int size) {
        if (slice.single()) {
            int next = (slice.from() == null ? 0 : slice.from()) + 1;
            return next <= 0 ? next + size : next;
        }
        int to = slice.to() == null ? size : slice.to();
        return to < 0 ? to + size : to;
    }

    private static void requireInside(int from, int to, int size) {
        if (from >= size || from < 0)
            throw new Mistake("array index out of bounds: index " + from + ", length " + size);
        if (to > size || to < 0) throw new Mistake("array index out of bounds: index " + (to - 1) + ", length " + size);
        if (from > to) throw new Mistake("starting index " + from + " is greater than ending index " + to);
    }

    private static String goType(Tree tree) {
        return switch (tree) {
            case ObjectTree any -> "map[string]interface {}";
            case ListTree any -> "[]interface {}";
            case Tree.Text any -> "string";
            case Tree.Whole any -> "int64";
            case Tree.Decimal any -> "float64";
            case Tree.Bool any -> "bool";
            case Tree.Null any -> "<nil>";
        };
    }

    // ---- * and .. ----

    /// A text is to Go the bytes that it has.
    private static List<Tree> inside(Tree tree) {
        return switch (tree) {
            case ListTree list -> list.items();
            case ObjectTree object -> object.values();
            case Tree.Text(var text) -> {
                var bytes = new ArrayList<Tree>();
                for (byte each : text.getBytes(StandardCharsets.UTF_8)) bytes.add(Tree.of((long) (each & 0xFF)));
                yield bytes;
            }
            default -> List.of();
        };
    }

    private List<Tree> everything(List<Tree> here) {
        var found = new ArrayList<Tree>();
        for (Tree tree : here) {
            List<Tree> inside = inside(tree);
            spend(inside.size());
            found.addAll(inside);
        }
        return found;
    }

    /// All that is in these values and them, whoever has something in it first.
    private List<Tree> descendants(List<Tree> here) {
        var found = new ArrayList<Tree>();
        var open = new ArrayDeque<>(here);
        while (!open.isEmpty()) {
            Tree next = open.removeFirst();
            spend(1);
            boolean empty = next instanceof Tree.Text(var text)
                    ? text.isEmpty()
                    : inside(next).isEmpty();
            if (empty) continue;
            found.add(next);
            if (!(next instanceof Tree.Text)) inside(next).reversed().forEach(open::addFirst);
        }
        return found;
    }

    // ---- filters ----

    private List<Tree> filtered(Step.Filter filter, List<Tree> here) {
        var found = new ArrayList<Tree>();
        for (Tree tree : here) {
            if (!(tree instanceof ListTree list))
                throw new Mistake(GoText.print(tree) + " is not array or slice and cannot be filtered");
            spend(list.size());
            for (Tree item : list) if (holds(filter, item)) found.add(item);
        }
        return found;
    }

    private boolean holds(Step.Filter filter, Tree item) {
        List<Tree> self = List.of(item);
        if (filter.operator().isEmpty()) return exists(filter.left(), self);
        List<Tree> left = walk(filter.left(), self);
        if (left.isEmpty()) return false;
        if (left.size() > 1) throw new Mistake("can only compare one element at a time");
        List<Tree> right = walk(filter.right(), self);
        if (right.isEmpty()) return false;
        if (right.size() > 1) throw new Mistake("can only compare one element at a time");
        return Comparison.of(filter.operator()).holds(left.getFirst(), right.getFirst());
    }

    private boolean exists(List<Step> steps, List<Tree> self) {
        try {
            return !walk(steps, self).isEmpty();
        } catch (Mistake unfit) {
            return unfit.leavesSomething();
        }
    }
}
