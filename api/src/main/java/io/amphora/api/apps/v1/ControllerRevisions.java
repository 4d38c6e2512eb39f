package io.amphora.api.apps.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.meta.v1.OwnerReference;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;

/// What a StatefulSet or DaemonSet was at one time, kept to go back to.
public final class ControllerRevisions {
    public static final ResourceDefinition<ControllerRevision> DEFINITION = ResourceDefinition.of(
                    "apps/v1", "ControllerRevision", ControllerRevision::of)
            .namespaced()
            .strategy(new Rules())
            .columns(Columns.<ControllerRevision>builder()
                    .name()
                    .text("Controller", "What it is a revision of.", ControllerRevisions::controller)
                    .text("Revision", "Its number.", revision -> revision.revision())
                    .age()
                    .build())
            .build();

    private ControllerRevisions() {}

    /// `statefulset.apps/web`
    private static String controller(ControllerRevision revision) {
        for (OwnerReference owner : revision.metadata().ownerReferences())
            if (owner.controller()) return Cells.reference(owner);
        return Cells.NONE;
    }

    private static final class Rules implements Strategy<ControllerRevision> {
        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public void validate(ControllerRevision revision, FieldErrors errors) {
            Checks.notNegative(revision.revision(), FieldPath.of("revision"), errors);
            if (revision.tree().get("data").isNull()) errors.required(FieldPath.of("data"), "data is mandatory");
        }

        @Override
        public void validateUpdate(ControllerRevision updated, ControllerRevision stored, FieldErrors errors) {
            Checks.immutable(updated.tree().get("data"), stored.tree().get("data"), FieldPath.of("data"), errors);
        }
    }
}
