package io.amphora.api.storage.v1;

import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.List;

/// Settings of volumes that can change while they are in use (KEP-3751).
public final class VolumeAttributesClasses {
    public static final ResourceDefinition<VolumeAttributesClass> DEFINITION = ResourceDefinition.of(
                    "storage.k8s.io/v1", "VolumeAttributesClass", VolumeAttributesClass::of)
            .plural("volumeattributesclasses")
            .shortNames("vac")
            .strategy(new Rules())
            .columns(Columns.<VolumeAttributesClass>builder()
                    .name()
                    .text("DriverName", "The driver that knows them.", type -> type.driverName())
                    .age()
                    .build())
            .build();

    private VolumeAttributesClasses() {}

    private static final class Rules implements Strategy<VolumeAttributesClass> {
        @Override
        public void validate(VolumeAttributesClass type, FieldErrors errors) {
            Parameters.driver(type.driverName(), FieldPath.of("driverName"), errors);
            Parameters.validate(type.parameters(), FieldPath.of("parameters"), errors);
            if (type.parameters().isEmpty())
                errors.required(FieldPath.of("parameters"), "must contain at least one key/value pair");
        }

        @Override
        public void validateUpdate(VolumeAttributesClass updated, VolumeAttributesClass stored, FieldErrors errors) {
            for (String name : List.of("driverName", "parameters"))
                if (!updated.tree().get(name).equals(stored.tree().get(name)))
                    errors.forbidden(FieldPath.of(name), "updates to " + name + " are forbidden.");
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
