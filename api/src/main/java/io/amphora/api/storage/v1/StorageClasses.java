package io.amphora.api.storage.v1;

import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.core.v1.NodeLabels;
import io.amphora.api.core.v1.TopologySelectorLabelRequirement;
import io.amphora.api.core.v1.TopologySelectorTerm;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Labels;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A sort of storage that volumes are made from when they are asked for.
public final class StorageClasses {
    public static final ResourceDefinition<StorageClass> DEFINITION = ResourceDefinition.of(
                    "storage.k8s.io/v1", "StorageClass", StorageClass::of)
            .plural("storageclasses")
            .shortNames("sc")
            .strategy(new Rules())
            .columns(Columns.<StorageClass>builder()
                    .name(type -> isDefault(type) ? type.name() + " (default)" : type.name())
                    .text("Provisioner", "What makes the volumes.", type -> type.provisioner())
                    .text("ReclaimPolicy", "What becomes of a volume that nobody claims.", type -> type.reclaimPolicy())
                    .text("VolumeBindingMode", "When a volume is made.", type -> type.volumeBindingMode())
                    .text("AllowVolumeExpansion", "Whether volumes can grow.", type -> type.allowVolumeExpansion())
                    .age()
                    .build())
            .build();

    /// Of one duplicate. That many terms nobody writes, and all of them would be as many messages squared.
    private static final int MOST_TOLD = 128;

    private static final FieldPath TOPOLOGIES = FieldPath.of("allowedTopologies");

    private StorageClasses() {}

    /// Whether claims that name no class get this one.
    public static boolean isDefault(StorageClass type) {
        Map<String, String> annotations = type.metadata().annotations();
        return "true".equals(annotations.get("storageclass.kubernetes.io/is-default-class"))
                || "true".equals(annotations.get("storageclass.beta.kubernetes.io/is-default-class"));
    }

    private static final class Rules implements Strategy<StorageClass> {
        @Override
        public StorageClass withDefaults(StorageClass type) {
            return StorageClass.of(Defaults.absent(
                    Defaults.absent(type.tree(), "reclaimPolicy", "Delete"), "volumeBindingMode", "Immediate"));
        }

        @Override
        public void validate(StorageClass type, FieldErrors errors) {
            Parameters.driver(type.provisioner(), FieldPath.of("provisioner"), errors);
            Parameters.validate(type.parameters(), FieldPath.of("parameters"), errors);
            if (!type.reclaimPolicy().isEmpty())
                Checks.supported(
                        type.reclaimPolicy(), List.of("Delete", "Retain"), FieldPath.of("reclaimPolicy"), errors);
            Checks.supported(
                    type.volumeBindingMode(),
                    List.of("Immediate", "WaitForFirstConsumer"),
                    FieldPath.of("volumeBindingMode"),
                    errors);
            topologies(type.allowedTopologies(), errors);
        }

        /// An empty term is taken for a duplicate of as many terms as there are: clients see those messages
        /// today.
        private static void topologies(List<TopologySelectorTerm> terms, FieldErrors errors) {
            var seen = new HashMap<Map<String, Set<String>>, Integer>();
            seen.put(Map.of(), terms.size());
            for (int i = 0; i < terms.size(); i++) {
                FieldPath at = TOPOLOGIES.index(i).child("matchLabelExpressions");
                var term = term(terms.get(i).matchLabelExpressions(), at, errors);
                int same = seen.merge(term, 1, Integer::sum) - 1;
                for (int told = 0; told < Math.min(same, MOST_TOLD); told++) errors.duplicate(at, "");
            }
        }

        private static Map<String, Set<String>> term(
                List<TopologySelectorLabelRequirement> expressions, FieldPath list, FieldErrors errors) {
            var term = new TreeMap<String, Set<String>>();
            for (int i = 0; i < expressions.size(); i++) {
                String key = expressions.get(i).key();
                FieldPath values = list.index(i).child("values");
                var seen = new HashSet<String>();
                var wanted = expressions.get(i).values();
                if (wanted.isEmpty()) errors.required(values, "");
                for (int j = 0; j < wanted.size(); j++)
                    if (!seen.add(wanted.get(j))) errors.duplicate(values.index(j), wanted.get(j));
                Labels.name(key, list.index(i).child("key"), errors);
                if (term.put(key, seen) != null) errors.duplicate(list.index(i).child("key"), key);
            }
            return term;
        }

        @Override
        public void validateUpdate(StorageClass updated, StorageClass stored, FieldErrors errors) {
            for (String name : List.of("parameters", "provisioner", "reclaimPolicy"))
                if (!updated.tree().get(name).equals(stored.tree().get(name)))
                    errors.forbidden(FieldPath.of(name), "updates to " + name + " are forbidden.");
            Checks.immutable(
                    updated.volumeBindingMode(), stored.volumeBindingMode(), FieldPath.of("volumeBindingMode"), errors);
        }

        @Override
        public List<String> warnings(StorageClass type) {
            var warnings = new ArrayList<String>();
            for (int i = 0; i < type.allowedTopologies().size(); i++) {
                var expressions = type.allowedTopologies().get(i).matchLabelExpressions();
                for (int j = 0; j < expressions.size(); j++) {
                    String instead = NodeLabels.deprecation(expressions.get(j).key());
                    FieldPath at = TOPOLOGIES
                            .index(i)
                            .child("matchLabelExpressions")
                            .index(j)
                            .child("key");
                    if (!instead.isEmpty()) warnings.add(at + ": " + instead);
                }
            }
            return warnings;
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
