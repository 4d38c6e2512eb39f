package io.amphora.machinery.apply;

import io.amphora.machinery.apply.Structure.Difference;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Keeps the books of who owns which field, and decides what an apply changes (server-side apply, KEP-555).
///
/// Everything works on normal objects of one version, as they are stored; `metadata.managedFields` of the objects
/// handed in are read where said and never compared.
public final class FieldOwnership {
    private static final String BEFORE_FIRST_APPLY = "before-first-apply";

    /// What belongs to the server or to nobody.
    private static final FieldSet NEVER_OWNED = FieldSet.ofFields("apiVersion")
            .union(FieldSet.ofFields("kind"))
            .union(FieldSet.ofFields("metadata"))
            .union(ofMetadata(
                    "name",
                    "namespace",
                    "creationTimestamp",
                    "selfLink",
                    "uid",
                    "generation",
                    "managedFields",
                    "resourceVersion"));

    private FieldOwnership() {}

    /// What an apply came to.
    public sealed interface Applied {
        /// @param object with its new managedFields
        /// @param changed whether anything but the books changed
        record Done(ObjectTree object, boolean changed) implements Applied {}

        /// Others own fields that would get another value.
        record Conflicts(List<Conflict> conflicts) implements Applied {
            /// `Apply failed with 1 conflict: conflict with "me": .data.a`
            public String message() {
                if (conflicts.size() == 1)
                    return "Apply failed with 1 conflict: conflict with "
                            + conflicts.getFirst().manager() + ": "
                            + conflicts.getFirst().path();
                var text = new StringBuilder("Apply failed with " + conflicts.size() + " conflicts: ");
                String last = "";
                for (Conflict conflict : conflicts) {
                    if (!conflict.manager().toString().equals(last)) {
                        if (!last.isEmpty()) text.append('\n');
                        text.append("conflicts with ")
                                .append(conflict.manager())
                                .append(':');
                    }
                    last = conflict.manager().toString();
                    text.append("\n- ").append(conflict.path());
                }
                return text.toString();
            }
        }
    }

    /// @param path as `.spec.replicas`
    public record Conflict(Manager manager, String path) {}

    private static FieldSet ofMetadata(String... names) {
        FieldSet set = FieldSet.EMPTY;
        for (String name : names) set = set.union(FieldSet.ofFields("metadata", name));
        return set;
    }

    /// Books a create, an update or a patch: what changed belongs to the writer, and to nobody else any more.
    ///
    /// The owners before are those that `updated` names, if it names any, else those of `live`; an update may
    /// clear
    /// them.
    ///
    /// @param live what is replaced; for a creation the empty object of the kind, that is, with the objects in it
    ///     that are always there (`spec: {}`), since nobody owns those
    /// @param ignored the paths that this way of writing cannot change (`status` through the main resource)
    /// @return `updated` with its managedFields
    public static ObjectTree update(
            ObjectTree live,
            ObjectTree updated,
            Schema schema,
            Manager manager,
            FieldSet ignored,
            boolean creation,
            Instant now) {
        if (ManagedFields.isReset(updated)) return ManagedFields.NONE.writeTo(updated);
        ManagedFields before = ownersOf(live, updated);
        if (before.isEmpty() && !creation) return ManagedFields.NONE.writeTo(updated);
        Difference difference = difference(live, updated, schema, ignored);
        if (difference.isEmpty()) return before.writeTo(updated);
        FieldSet taken = difference.modified().union(difference.added());
        ManagedFields after =
                before.changeOthers(manager, fields -> fields.minus(taken).minus(difference.removed()));
        FieldSet own = before.ownedBy(manager).minus(difference.removed()).union(taken);
        String time = taken.isEmpty()
                ? before.find(manager).map(ManagedFields.Entry::time).orElse("")
                : ManagedFields.time(now);
        return after.with(manager, own, time).capped().writeTo(updated);
    }

    private static ManagedFields ownersOf(ObjectTree live, ObjectTree updated) {
        try {
            ManagedFields given = ManagedFields.of(updated);
            if (!given.isEmpty()) return given;
        } catch (IllegalArgumentException malformed) {
            return ManagedFields.of(live);
        }
        return ManagedFields.of(live);
    }

    /// Applies what a manager wants to an object.
    ///
    /// @param live what is there; for a creation the empty object of the kind, as in [#update]
    /// @param wanted what the manager sent, decoded, without defaults
    /// @throws IllegalArgumentException when a keyed list of `wanted` has an item twice: `.spec.ports: duplicate
    /// entries for key […]`
    public static Applied apply(
            ObjectTree live,
            ObjectTree wanted,
            Schema schema,
            Manager manager,
            FieldSet ignored,
            boolean force,
            boolean creation,
            Instant now) {
        return apply(live, wanted, emptied(live, schema), schema, manager, ignored, force, creation, now);
    }

    /// Applies what a manager wants to an object.
    ///
    /// @param empty what is always there in an object of the kind (`spec: {strategy: {}}`) and so belongs
    ///     to nobody; asked for when `live` has no owners
    /// @throws IllegalArgumentException as above
    public static Applied apply(
            ObjectTree live,
            ObjectTree wanted,
            ObjectTree empty,
            Schema schema,
            Manager manager,
            FieldSet ignored,
            boolean force,
            boolean creation,
            Instant now) {
        List<String> duplicates = Structure.duplicates(wanted, schema, "");
        if (!duplicates.isEmpty()) throw new IllegalArgumentException(duplicates.getFirst());
        ManagedFields before = ManagedFields.of(live);
        if (before.isEmpty() && !creation) before = ofUnknownOrigin(live, empty, schema, manager, ignored, now);

        ObjectTree bare = live.withoutAt("metadata", "managedFields");
        ObjectTree mine = wanted.withoutAt("metadata", "managedFields");
        FieldSet said = Structure.fieldsOf(mine, schema).minusTrees(ignored);
        FieldSet owned = said.minus(NEVER_OWNED);
        ObjectTree merged =
                Structure.merge(bare, restricted(mine, schema, ignored), schema).object();
        FieldSet still = said.union(before.ownedByOthers(manager)).withNamedFields(schema);
        FieldSet dropped = before.ownedBy(manager).withNamedFields(schema).minus(still);
        ObjectTree emptied = Structure.without(merged, dropped, schema).object();
        ObjectTree result = Structure.withoutEmptied(merged, emptied, schema).object();

        Difference difference = difference(bare, emptied, schema, ignored);
        FieldSet taken = difference.modified().union(difference.added());
        List<Conflict> conflicts =
                conflicts(before, manager, taken.minus(ClientSideApply.fieldsOf(bare, schema, manager)));
        if (!conflicts.isEmpty() && !force) return new Applied.Conflicts(conflicts);

        ManagedFields after =
                before.changeOthers(manager, fields -> fields.minus(taken).minus(difference.removed()));
        boolean changed = !bare.equals(result);
        String time = changed
                ? ManagedFields.time(now)
                : before.find(manager).map(ManagedFields.Entry::time).orElse("");
        ObjectTree annotated = ClientSideApply.withAnnotation(result, mine, manager);
        return new Applied.Done(
                after.with(manager, owned, time).capped().writeTo(annotated),
                changed || creation || !annotated.equals(result));
    }

    /// An object that nobody's writes were booked of belongs to a writer of no name before the first apply.
    private static ManagedFields ofUnknownOrigin(
            ObjectTree live, ObjectTree empty, Schema schema, Manager applier, FieldSet ignored, Instant now) {
        Difference all = difference(empty, live, schema, ignored);
        var manager = Manager.updating(BEFORE_FIRST_APPLY, applier.apiVersion(), applier.subresource());
        return ManagedFields.NONE.with(manager, all.added().union(all.modified()), ManagedFields.time(now));
    }

    /// The object with its topmost objects emptied: what counts as always there.
    private static ObjectTree emptied(ObjectTree object, Schema schema) {
        ObjectTree empty = ObjectTree.EMPTY;
        for (String name : List.of("metadata", "spec", "status"))
            if (object.has(name) && schema.findField(name) != null) empty = empty.with(name, ObjectTree.EMPTY);
        return empty;
    }

    private static ObjectTree restricted(ObjectTree wanted, Schema schema, FieldSet ignored) {
        return Structure.withoutEmptied(wanted, Structure.without(wanted, ignored, schema), schema)
                .object();
    }

    private static Difference difference(ObjectTree before, ObjectTree after, Schema schema, FieldSet ignored) {
        Difference all = Structure.compare(
                before.withoutAt("metadata", "managedFields"), after.withoutAt("metadata", "managedFields"), schema);
        Difference relevant = all.minusTrees(ignored);
        return new Difference(
                relevant.added().minus(NEVER_OWNED),
                relevant.modified().minus(NEVER_OWNED),
                relevant.removed().minus(NEVER_OWNED));
    }

    private static List<Conflict> conflicts(ManagedFields owners, Manager manager, FieldSet taken) {
        var conflicts = new ArrayList<Conflict>();
        owners.entries().stream()
                .filter(entry -> !entry.manager().isSame(manager))
                .sorted(java.util.Comparator.comparing(entry -> entry.manager().toString()))
                .forEach(entry -> {
                    for (String path : entry.fields().intersection(taken).paths())
                        conflicts.add(new Conflict(entry.manager(), path));
                });
        return conflicts;
    }
}
