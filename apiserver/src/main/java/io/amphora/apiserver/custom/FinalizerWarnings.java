package io.amphora.apiserver.custom;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What is said of finalizers of custom resources that might be somebody else's too.
final class FinalizerWarnings {
    private static final Set<String> STANDARD = Set.of("orphan", "foregroundDeletion");

    private FinalizerWarnings() {}

    /// @param before the object as it was, empty for a new one: only what is added is warned of
    static List<String> of(ObjectTree object, ObjectTree before) {
        var added = new TreeSet<>(finalizers(object));
        added.removeAll(finalizers(before));
        return added.stream()
                .filter(name -> !name.contains("/") && !STANDARD.contains(name))
                .map(name -> "metadata.finalizers: " + GoText.quote(name)
                        + ": prefer a domain-qualified finalizer name including a path (/) to avoid accidental"
                        + " conflicts with other finalizer writers")
                .toList();
    }

    private static Set<String> finalizers(ObjectTree object) {
        var names = new TreeSet<String>();
        object.object("metadata").list("finalizers").forEach(each -> names.add(each.text()));
        return names;
    }
}
