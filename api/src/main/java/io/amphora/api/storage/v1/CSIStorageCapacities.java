package io.amphora.api.storage.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Labels;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.quantity.Quantity;

/// How much room is left for volumes of a class on some nodes.
public final class CSIStorageCapacities {
    public static final ResourceDefinition<CSIStorageCapacity> DEFINITION = ResourceDefinition.of(
                    "storage.k8s.io/v1", "CSIStorageCapacity", CSIStorageCapacity::of)
            .plural("csistoragecapacities")
            .namespaced()
            .strategy(new Rules())
            .build();

    private static final FieldPath TOPOLOGY = FieldPath.of("nodeTopology");
    private static final FieldPath CLASS = FieldPath.of("storageClassName");

    private CSIStorageCapacities() {}

    private static final class Rules implements Strategy<CSIStorageCapacity> {
        @Override
        public void validate(CSIStorageCapacity capacity, FieldErrors errors) {
            Labels.selector(capacity.findNodeTopology(), TOPOLOGY, errors);
            Checks.subdomain(capacity.storageClassName(), CLASS, errors);
            String room = capacity.capacity();
            if (!room.isEmpty() && Quantity.parse(room).sign() < 0)
                errors.invalid(FieldPath.of("capacity"), room, "must be greater than or equal to 0");
        }

        @Override
        public void validateUpdate(CSIStorageCapacity updated, CSIStorageCapacity stored, FieldErrors errors) {
            Checks.immutable(updated.tree().get("nodeTopology"), stored.tree().get("nodeTopology"), TOPOLOGY, errors);
            Checks.immutable(updated.storageClassName(), stored.storageClassName(), CLASS, errors);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
