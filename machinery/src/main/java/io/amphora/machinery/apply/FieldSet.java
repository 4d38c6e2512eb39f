package io.amphora.machinery.apply;

import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A set of paths into an object: what one manager owns. A path may be in the set together with longer ones (a
/// list's
/// item and some of the item's fields). Immutable.
public final class FieldSet {
    public static final FieldSet EMPTY = new FieldSet(new TreeSet<>(), new TreeMap<>());

    private final SortedSet<PathElement> members;
    private final SortedMap<PathElement, FieldSet> children;

    private FieldSet(SortedSet<PathElement> members, SortedMap<PathElement, FieldSet> children) {
        this.members = members;
        this.children = children;
    }

    /// A set that is being made; owned by one thread.
    static final class Builder {
        private final TreeSet<PathElement> members = new TreeSet<>();
        private final TreeMap<PathElement, Builder> children = new TreeMap<>();

        void add(PathElement element) {
            members.add(element);
        }

        Builder child(PathElement element) {
            return children.computeIfAbsent(element, any -> new Builder());
        }

        FieldSet build() {
            var built = new TreeMap<PathElement, FieldSet>();
            children.forEach((element, builder) -> put(built, element, builder.build()));
            return of(members, built);
        }
    }

    /// The set of one path of field names.
    public static FieldSet ofFields(String... names) {
        var builder = new Builder();
        Builder at = builder;
        for (int i = 0; i < names.length - 1; i++) at = at.child(new PathElement.Field(names[i]));
        at.add(new PathElement.Field(names[names.length - 1]));
        return builder.build();
    }

    private static FieldSet of(SortedSet<PathElement> members, SortedMap<PathElement, FieldSet> children) {
        return members.isEmpty() && children.isEmpty() ? EMPTY : new FieldSet(members, children);
    }

    private static void put(Map<PathElement, FieldSet> children, PathElement element, FieldSet child) {
        if (!child.isEmpty()) children.put(element, child);
    }

    public boolean isEmpty() {
        return members.isEmpty() && children.isEmpty();
    }

    /// Whether the path of this one step is in the set.
    public boolean has(PathElement element) {
        return members.contains(element);
    }

    /// The longer paths that begin with this step, without it.
    public FieldSet below(PathElement element) {
        return children.getOrDefault(element, EMPTY);
    }

    public FieldSet union(FieldSet other) {
        if (other.isEmpty()) return this;
        if (isEmpty()) return other;
        var all = new TreeSet<>(members);
        all.addAll(other.members);
        var both = new TreeMap<>(children);
        other.children.forEach((element, child) -> both.merge(element, child, FieldSet::union));
        return of(all, both);
    }

    public FieldSet intersection(FieldSet other) {
        if (isEmpty() || other.isEmpty()) return EMPTY;
        var common = new TreeSet<>(members);
        common.retainAll(other.members);
        var below = new TreeMap<PathElement, FieldSet>();
        children.forEach((element, child) -> put(below, element, child.intersection(other.below(element))));
        return of(common, below);
    }

    /// The paths of this set that the other does not have.
    public FieldSet minus(FieldSet other) {
        if (isEmpty() || other.isEmpty()) return this;
        var left = new TreeSet<>(members);
        left.removeAll(other.members);
        var below = new TreeMap<PathElement, FieldSet>();
        children.forEach((element, child) -> put(below, element, child.minus(other.below(element))));
        return of(left, below);
    }

    /// The paths of this set that neither are in the other nor begin with a path of it.
    public FieldSet minusTrees(FieldSet roots) {
        if (isEmpty() || roots.isEmpty()) return this;
        var left = new TreeSet<>(members);
        left.removeAll(roots.members);
        var below = new TreeMap<PathElement, FieldSet>();
        children.forEach((element, child) -> {
            if (!roots.has(element)) put(below, element, child.minusTrees(roots.below(element)));
        });
        return of(left, below);
    }

    /// With every field of an object type that longer paths lead through, for such a field is there because of
    /// what
    /// is in it. Keyed items and entries of maps are not: they can stay without, or go with, what is in them.
    FieldSet withNamedFields(Schema schema) {
        if (children.isEmpty()) return this;
        var all = new TreeSet<>(members);
        var below = new TreeMap<PathElement, FieldSet>();
        children.forEach((element, child) -> {
            if (element instanceof PathElement.Field(var name)) {
                if (schema.findField(name) != null) all.add(element);
                below.put(element, child.withNamedFields(Structure.ofField(schema, name)));
            } else {
                below.put(element, child.withNamedFields(Structure.ofItem(schema)));
            }
        });
        return of(all, below);
    }

    /// Every path, as `.spec.containers[name="c"].image`; the paths that end at one step before those that go
    /// deeper.
    public List<String> paths() {
        var paths = new ArrayList<String>();
        collect("", paths);
        return paths;
    }

    private void collect(String before, List<String> paths) {
        for (PathElement member : members) paths.add(before + member);
        children.forEach((element, child) -> child.collect(before + element, paths));
    }

    void forEachMember(BiConsumer<PathElement, FieldSet> each) {
        var all = new TreeSet<>(members);
        all.addAll(children.keySet());
        for (PathElement element : all) each.accept(element, below(element));
    }

    /// This set as FieldsV1 has it; `.` says that a path with longer ones below it is in the set itself.
    public ObjectTree toTree() {
        var tree = ObjectTree.builder();
        forEachMember((element, below) -> {
            ObjectTree inner = below.toTree();
            tree.put(element.wire(), has(element) && !inner.isEmpty() ? inner.with(".", ObjectTree.EMPTY) : inner);
        });
        return tree.build();
    }

    /// @throws IllegalArgumentException when it is no FieldsV1
    public static FieldSet ofTree(ObjectTree tree) {
        var members = new TreeSet<PathElement>();
        var children = new TreeMap<PathElement, FieldSet>();
        for (var pair : tree) {
            if (pair.getKey().equals(".")) continue;
            PathElement element = PathElement.ofWire(pair.getKey());
            ObjectTree inner = pair.getValue().object();
            if (inner.isEmpty() || inner.has(".")) members.add(element);
            put(children, element, ofTree(inner));
        }
        return of(members, children);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof FieldSet that && members.equals(that.members) && children.equals(that.children);
    }

    @Override
    public int hashCode() {
        return 31 * members.hashCode() + children.hashCode();
    }

    @Override
    public String toString() {
        return paths().toString();
    }
}
