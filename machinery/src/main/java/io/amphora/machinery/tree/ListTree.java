package io.amphora.machinery.tree;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A JSON array.
public record ListTree(List<Tree> items) implements Tree, Iterable<Tree> {
    public static final ListTree EMPTY = new ListTree(List.of());

    public ListTree {
        items = List.copyOf(items);
    }

    public static ListTree of(Tree... items) {
        return new ListTree(List.of(items));
    }

    public static ListTree from(List<?> values) {
        var items = new ArrayList<Tree>(values.size());
        for (Object value : values) items.add(Tree.from(value));
        return new ListTree(items);
    }

    public int size() {
        return items.size();
    }

    public boolean isEmpty() {
        return items.isEmpty();
    }

    public Tree get(int index) {
        return items.get(index);
    }

    public ListTree plus(Tree item) {
        var longer = new ArrayList<Tree>(items.size() + 1);
        longer.addAll(items);
        longer.add(item);
        return new ListTree(longer);
    }

    /// This list with each item replaced by what `change` makes of it; the same list where nothing changed.
    public ListTree map(UnaryOperator<Tree> change) {
        var changed = new ArrayList<Tree>(items.size());
        boolean same = true;
        for (Tree item : items) {
            Tree made = change.apply(item);
            same &= made == item;
            changed.add(made);
        }
        return same ? this : new ListTree(changed);
    }

    public Stream<Tree> stream() {
        return items.stream();
    }

    @Override
    public Iterator<Tree> iterator() {
        return items.iterator();
    }

    @Override
    public String toString() {
        return Json.write(this);
    }
}
