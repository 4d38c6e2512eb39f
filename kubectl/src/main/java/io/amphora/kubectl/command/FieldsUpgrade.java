package io.amphora.kubectl.command;

import io.amphora.machinery.apply.FieldSet;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The managed fields of an object that was applied by the client, as if the server had applied it: what the client's
/// `Update` owned belongs to the applier, so that a manifest which leaves a field out removes it.
final class FieldsUpgrade {
    static final String APPLY = "Apply";
    static final String UPDATE = "Update";

    private FieldsUpgrade() {}

    /// Who owns the annotation of client-side apply by this operation.
    static Set<String> annotators(ObjectTree object, String operation) {
        var names = new LinkedHashSet<String>();
        for (ObjectTree entry : entries(object))
            if (entry.text("operation").equals(operation) && ownsAnnotation(entry)) names.add(entry.text("manager"));
        return names;
    }

    /// The entries afterwards; nothing when there is nothing to hand over.
    static Optional<List<ObjectTree>> upgraded(ObjectTree object, String applier) {
        List<ObjectTree> before = entries(object);
        List<ObjectTree> after = before;
        for (String client : annotators(object, UPDATE)) after = handedOver(after, client, applier);
        return after.equals(before) ? Optional.empty() : Optional.of(after);
    }

    private static List<ObjectTree> handedOver(List<ObjectTree> entries, String client, String applier) {
        var after = new ArrayList<>(entries);
        Predicate<ObjectTree> updated = entry -> is(entry, client, UPDATE);
        int target = index(after, entry -> is(entry, applier, APPLY));
        if (target < 0) {
            target = index(after, updated);
            if (target < 0) return entries;
            after.set(target, after.get(target).with("manager", applier).with("operation", APPLY));
        }
        ObjectTree kept = after.get(target);
        int source = index(
                after, entry -> updated.test(entry) && entry.text("apiVersion").equals(kept.text("apiVersion")));
        if (source >= 0) after.set(target, kept.with("fieldsV1", union(kept, after.get(source))));
        after.removeIf(updated);
        return after;
    }

    private static ObjectTree union(ObjectTree left, ObjectTree right) {
        return FieldSet.ofTree(left.object("fieldsV1"))
                .union(FieldSet.ofTree(right.object("fieldsV1")))
                .toTree();
    }

    private static boolean is(ObjectTree entry, String manager, String operation) {
        return entry.text("manager").equals(manager)
                && entry.text("operation").equals(operation)
                && entry.text("subresource").isEmpty();
    }

    private static int index(List<ObjectTree> entries, Predicate<ObjectTree> wanted) {
        for (int i = 0; i < entries.size(); i++) if (wanted.test(entries.get(i))) return i;
        return -1;
    }

    private static boolean ownsAnnotation(ObjectTree entry) {
        return entry.object("fieldsV1")
                .object("f:metadata")
                .object("f:annotations")
                .has("f:" + LastApplied.ANNOTATION);
    }

    private static List<ObjectTree> entries(ObjectTree object) {
        ListTree entries = object.object("metadata").list("managedFields");
        return entries.stream().map(Tree::object).toList();
    }
}
