package io.amphora.api.core.v1;

import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.Strategy;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A scope for names.
public final class Namespaces {
    public static final ResourceDefinition<Namespace> DEFINITION = ResourceDefinition.of(
                    "v1", "Namespace", Namespace::of)
            .shortNames("ns")
            .verbs("create", "delete", "get", "list", "patch", "update", "watch")
            .subresources("finalize", "status")
            .strategy(new Rules())
            .columns(Columns.<Namespace>builder()
                    .name()
                    .text(
                            "Status",
                            "Whether it is being deleted.",
                            namespace -> namespace.status().phase())
                    .age()
                    .build())
            .build();

    /// The label that every namespace has, so that selectors can name one.
    public static final String NAME_LABEL = "kubernetes.io/metadata.name";

    /// Kept in `spec.finalizers` until all that is in the namespace is gone.
    public static final String FINALIZER = "kubernetes";

    private static final FieldPath FINALIZERS = FieldPath.of("spec").child("finalizers");
    private static final Set<String> STANDARD_FINALIZERS = Set.of(FINALIZER, "foregroundDeletion", "orphan");

    private Namespaces() {}

    private static final class Rules implements Strategy<Namespace> {
        @Override
        public Namespace withDefaults(Namespace namespace) {
            return labelled(namespace);
        }

        private static Namespace labelled(Namespace namespace) {
            String name = namespace.name();
            ObjectTree metadata = namespace.metadata().tree();
            ObjectTree labels = metadata.object("labels");
            if (name.isEmpty() || labels.text(NAME_LABEL).equals(name)) return namespace;
            return Namespace.of(namespace.tree().withAt(labels.with(NAME_LABEL, name), "metadata", "labels"));
        }

        @Override
        public Namespace prepareForCreate(Namespace namespace) {
            ListTree finalizers = namespace.tree().object("spec").list("finalizers");
            ObjectTree tree = namespace.tree().with("status", ObjectTree.of("phase", "Active"));
            if (!finalizers.items().contains(Tree.of(FINALIZER)))
                tree = tree.withAt(finalizers.plus(Tree.of(FINALIZER)), "spec", "finalizers");
            return labelled(Namespace.of(tree));
        }

        @Override
        public Namespace prepareForUpdate(Namespace updated, Namespace stored) {
            ObjectTree tree = SpecAndStatus.restore(updated.tree(), stored.tree(), "status");
            return Namespace.of(SpecAndStatus.restore(tree, stored.tree(), "spec"));
        }

        @Override
        public Namespace prepareForUpdate(String subresource, Namespace updated, Namespace stored) {
            String changed = subresource.equals("finalize") ? "spec" : "status";
            return Namespace.of(SpecAndStatus.restoreAllBut(changed, updated.tree(), stored.tree()));
        }

        @Override
        public void validate(Namespace namespace, FieldErrors errors) {
            for (String finalizer : namespace.spec().finalizers()) finalizer(finalizer, FINALIZERS, errors);
        }

        private static void finalizer(String name, FieldPath at, FieldErrors errors) {
            errors.invalidAll(at, name, Names.isQualifiedName(name));
            if (name.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(name))
                errors.invalid(at, name, "name is neither a standard finalizer name nor is it fully qualified");
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        @Override
        public void validateUpdate(String subresource, Namespace updated, Namespace stored, FieldErrors errors) {
            if (subresource.equals("finalize")) {
                var finalizers = updated.spec().finalizers();
                for (int i = 0; i < finalizers.size(); i++) finalizer(finalizers.get(i), FINALIZERS.index(i), errors);
                return;
            }
            FieldPath at = FieldPath.of("status").child("Phase");
            String phase = updated.status().phase();
            boolean deleted = updated.metadata().findDeletionTimestamp().isPresent();
            if (!deleted && !phase.equals("Active"))
                errors.invalid(at, phase, "may only be 'Active' if `deletionTimestamp` is empty");
            if (deleted && !phase.equals("Terminating"))
                errors.invalid(at, phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public String nameFormat() {
            return "dns-label";
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }

        @Override
        public List<String> selectableFieldLabels() {
            return List.of("status.phase", "name");
        }

        @Override
        public Map<String, String> selectableFields(Namespace namespace) {
            return Map.of("status.phase", namespace.status().phase(), "name", namespace.name());
        }
    }
}
