package io.amphora.api.storage.v1;

import io.amphora.api.Columns;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Labels;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The storage drivers of a node.
public final class CSINodes {
    public static final ResourceDefinition<CSINode> DEFINITION = ResourceDefinition.of(
                    "storage.k8s.io/v1", "CSINode", CSINode::of)
            .strategy(new Rules())
            .columns(Columns.<CSINode>builder()
                    .name()
                    .number(
                            "Drivers",
                            "How many there are.",
                            node -> node.spec().drivers().size())
                    .age()
                    .build())
            .build();

    private static final FieldPath DRIVERS = FieldPath.of("spec").child("drivers");
    private static final int ID_LIMIT = 256;

    private CSINodes() {}

    private static final class Rules implements Strategy<CSINode> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.OBJECT_TWICE;
        }

        @Override
        public void validate(CSINode node, FieldErrors errors) {
            List<CSINodeDriver> drivers = node.spec().drivers();
            var names = new HashSet<String>();
            for (int i = 0; i < drivers.size(); i++) driver(drivers.get(i), names, DRIVERS.index(i), errors);
        }

        private static void driver(CSINodeDriver driver, Set<String> names, FieldPath at, FieldErrors errors) {
            Checks.subdomain(driver.name(), at.child("name"), errors);
            String id = driver.nodeID();
            if (id.isEmpty()) errors.required(at.child("nodeID"), "");
            if (id.length() > ID_LIMIT)
                errors.invalid(at.child("nodeID"), id, "must be " + ID_LIMIT + " characters or less");
            Checks.notNegative(
                    driver.allocatable().count(), at.child("allocatable").child("count"), errors);
            if (!names.add(driver.name())) errors.duplicate(at.child("name"), driver.name());
            var keys = new HashSet<String>();
            for (String key : driver.topologyKeys()) {
                if (key.isEmpty()) errors.required(at, "");
                if (!keys.add(key)) errors.duplicate(at, key);
                Labels.name(key, at, errors);
            }
        }

        /// Drivers come and go; of one that stays only what it can attach may change.
        @Override
        public void validateUpdate(CSINode updated, CSINode stored, FieldErrors errors) {
            for (CSINodeDriver old : stored.spec().drivers())
                for (CSINodeDriver driver : updated.spec().drivers())
                    if (old.name().equals(driver.name()))
                        Checks.immutable(
                                driver.withoutAllocatable().tree(),
                                old.withoutAllocatable().tree(),
                                DRIVERS,
                                errors);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
