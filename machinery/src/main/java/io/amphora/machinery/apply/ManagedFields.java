package io.amphora.machinery.apply;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Who owns what of an object: its `metadata.managedFields` (KEP-555). Immutable.
public record ManagedFields(List<Entry> entries) {
    public static final ManagedFields NONE = new ManagedFields(List.of());

    /// How many updaters are told apart; the oldest beyond that become one.
    private static final int MOST_UPDATERS = 10;

    private static final String ANCIENT = "ancient-changes";

    /// @param time when the owner last took a field; "" when it never did
    public record Entry(Manager manager, FieldSet fields, String time) {}

    public ManagedFields {
        entries = List.copyOf(entries);
    }

    /// Reads `metadata.managedFields`.
    ///
    /// @throws IllegalArgumentException when an entry is malformed
    public static ManagedFields of(ObjectTree object) {
        var entries = new ArrayList<Entry>();
        for (Tree item : object.object("metadata").list("managedFields")) {
            ObjectTree entry = item.object();
            if (entry.isEmpty()) continue;
            if (!entry.text("fieldsType").equals("FieldsV1"))
                throw new IllegalArgumentException("invalid fieldsType in managed fields entry: " + entry);
            var manager = new Manager(
                    entry.text("manager"),
                    entry.text("operation"),
                    entry.text("apiVersion"),
                    entry.text("subresource"));
            entries.add(new Entry(manager, FieldSet.ofTree(entry.object("fieldsV1")), entry.text("time")));
        }
        return new ManagedFields(entries);
    }

    /// Whether an object asks to forget all owners: its managedFields are an empty list, or one empty entry.
    public static boolean isReset(ObjectTree object) {
        Tree given = object.object("metadata").get("managedFields");
        if (!(given instanceof ListTree list)) return false;
        return list.isEmpty() || list.size() == 1 && list.get(0).object().isEmpty();
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    Optional<Entry> find(Manager manager) {
        return entries.stream().filter(entry -> entry.manager().isSame(manager)).findFirst();
    }

    FieldSet ownedBy(Manager manager) {
        return find(manager).map(Entry::fields).orElse(FieldSet.EMPTY);
    }

    /// Everything that somebody other than `manager` owns.
    FieldSet ownedByOthers(Manager manager) {
        FieldSet all = FieldSet.EMPTY;
        for (Entry entry : entries) if (!entry.manager().isSame(manager)) all = all.union(entry.fields());
        return all;
    }

    /// With the fields of all but `manager` changed; who is left with none is left out.
    ManagedFields changeOthers(Manager manager, UnaryOperator<FieldSet> change) {
        var changed = new ArrayList<Entry>();
        for (Entry entry : entries) {
            FieldSet fields = entry.manager().isSame(manager) ? entry.fields() : change.apply(entry.fields());
            if (!fields.isEmpty()) changed.add(new Entry(entry.manager(), fields, entry.time()));
        }
        return new ManagedFields(changed);
    }

    /// With exactly these fields for `manager`; none removes it.
    ManagedFields with(Manager manager, FieldSet fields, String time) {
        var changed = new ArrayList<Entry>();
        for (Entry entry : entries) if (!entry.manager().isSame(manager)) changed.add(entry);
        if (!fields.isEmpty()) changed.add(new Entry(manager, fields, time));
        return new ManagedFields(changed);
    }

    /// Joins the oldest updaters when there are too many.
    ManagedFields capped() {
        List<Entry> updaters = entries.stream()
                .filter(entry -> !entry.manager().applies())
                .sorted(Comparator.comparing(Entry::time))
                .toList();
        if (updaters.size() <= MOST_UPDATERS) return this;
        List<Entry> oldest = updaters.subList(0, updaters.size() - MOST_UPDATERS + 1);
        var kept = new ArrayList<>(entries);
        kept.removeAll(oldest);
        FieldSet joined = FieldSet.EMPTY;
        for (Entry entry : oldest) joined = joined.union(entry.fields());
        Entry last = oldest.getLast();
        kept.add(new Entry(Manager.updating(ANCIENT, last.manager().apiVersion(), ""), joined, last.time()));
        return new ManagedFields(kept);
    }

    /// The object with this as its managedFields; without any when nobody owns anything.
    public ObjectTree writeTo(ObjectTree object) {
        if (entries.isEmpty()) return object.withoutAt("metadata", "managedFields");
        List<Tree> written = entries.stream()
                .sorted(Comparator.comparing((Entry entry) -> entry.manager().operation())
                        .thenComparing(Entry::time)
                        .thenComparing(entry -> entry.manager().name())
                        .thenComparing(entry -> entry.manager().apiVersion())
                        .thenComparing(entry -> entry.manager().subresource()))
                .map(ManagedFields::write)
                .toList();
        return object.withAt(new ListTree(written), "metadata", "managedFields");
    }

    private static Tree write(Entry entry) {
        var tree = ObjectTree.builder()
                .put("manager", entry.manager().name())
                .put("operation", entry.manager().operation())
                .put("apiVersion", entry.manager().apiVersion())
                .put("fieldsType", "FieldsV1")
                .put("fieldsV1", entry.fields().toTree());
        if (!entry.time().isEmpty()) tree.put("time", entry.time());
        if (!entry.manager().subresource().isEmpty())
            tree.put("subresource", entry.manager().subresource());
        return tree.build();
    }

    static String time(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
