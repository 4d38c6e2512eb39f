package io.amphora.api.core.v1;

import static io.amphora.api.SpecAndStatus.restore;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.QuantityDefaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Claims;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// A wish for storage, and what it was given.
public final class PersistentVolumeClaims {
    public static final ResourceDefinition<PersistentVolumeClaim> DEFINITION = ResourceDefinition.of(
                    "v1", "PersistentVolumeClaim", PersistentVolumeClaim::of)
            .shortNames("pvc")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<PersistentVolumeClaim>builder()
                    .name()
                    .text("Status", "Whether it has a volume.", PersistentVolumeClaims::statusCell)
                    .text("Volume", "The volume it has.", claim -> claim.spec().volumeName())
                    .text("Capacity", "The size of the volume.", PersistentVolumeClaims::capacityCell)
                    .text("Access Modes", "Who may mount it how.", PersistentVolumeClaims::modesCell)
                    .text("StorageClass", "Where the volume comes from.", PersistentVolumeClaims::classCell)
                    .text(
                            "VolumeAttributesClass",
                            "Attributes that can change.",
                            claim ->
                                    claim.spec().findVolumeAttributesClassName().orElse(Cells.UNSET))
                    .age()
                    .wide(
                            "VolumeMode",
                            "With a file system or raw.",
                            claim -> claim.spec().findVolumeMode().orElse(Cells.UNSET))
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String IMMUTABLE =
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n";

    private PersistentVolumeClaims() {}

    private static String statusCell(PersistentVolumeClaim claim) {
        return claim.metadata().findDeletionTimestamp().isPresent()
                ? "Terminating"
                : claim.status().phase();
    }

    private static String capacityCell(PersistentVolumeClaim claim) {
        return claim.spec().volumeName().isEmpty()
                ? ""
                : claim.status().capacity().getOrDefault("storage", "0");
    }

    private static String modesCell(PersistentVolumeClaim claim) {
        return claim.spec().volumeName().isEmpty()
                ? ""
                : Cells.accessModes(claim.status().accessModes());
    }

    private static String classCell(PersistentVolumeClaim claim) {
        String old = claim.metadata().annotations().get(StorageClassAnnotation.NAME);
        return old == null ? claim.spec().storageClassName() : old;
    }

    /// Defaults of a claim's spec, also in templates of claims.
    public static ObjectTree specDefaults(ObjectTree spec) {
        ObjectTree tree = Defaults.absent(spec, "volumeMode", "Filesystem");
        return Defaults.in(
                tree,
                "resources",
                resources -> Defaults.in(
                        Defaults.in(resources, "requests", QuantityDefaults::rounded),
                        "limits",
                        QuantityDefaults::rounded));
    }

    /// Defaults of a whole claim.
    public static ObjectTree defaults(ObjectTree claim) {
        ObjectTree tree = Defaults.inNew(claim, "spec", PersistentVolumeClaims::specDefaults);
        return Defaults.inNew(tree, "status", status -> Defaults.empty(status, "phase", "Pending"));
    }

    /// Warnings about a claim's spec, also in templates of claims.
    public static List<String> warnings(PersistentVolumeClaimSpec spec, FieldPath at) {
        Quantity size = storage(spec);
        return size.isWhole()
                ? List.of()
                : List.of(at + ".resources.requests[storage]: fractional byte value \"" + size
                        + "\" is invalid, must be an integer");
    }

    private static Quantity storage(PersistentVolumeClaimSpec spec) {
        String text = spec.resources().requests().get("storage");
        return text == null ? Quantity.ZERO : Quantity.parse(text);
    }

    private static final class Rules extends SpecAndStatus<PersistentVolumeClaim> {
        Rules() {
            super(PersistentVolumeClaim::of);
        }

        @Override
        public PersistentVolumeClaim withDefaults(PersistentVolumeClaim claim) {
            return PersistentVolumeClaim.of(defaults(claim.tree()));
        }

        @Override
        public PersistentVolumeClaim prepareForCreate(PersistentVolumeClaim claim) {
            ObjectTree tree = claim.tree().with("status", ObjectTree.of("phase", "Pending"));
            return PersistentVolumeClaim.of(Defaults.in(tree, "spec", Rules::dataSources));
        }

        @Override
        public PersistentVolumeClaim prepareForUpdate(PersistentVolumeClaim updated, PersistentVolumeClaim stored) {
            ObjectTree tree = super.prepareForUpdate(updated, stored).tree();
            return PersistentVolumeClaim.of(
                    stored.spec().findDataSource().isPresent() ? tree : Defaults.in(tree, "spec", Rules::dataSources));
        }

        /// Of the two fields for one thing, `dataSource` is the older. It takes claims and snapshots only, and
        /// drops
        /// what else
        /// it is given; whichever is set alone is copied to the other (KEP-1495).
        private static ObjectTree dataSources(ObjectTree spec) {
            ObjectTree tree = spec;
            if (tree.find("dataSource") instanceof ObjectTree source
                    && tree.get("dataSourceRef").isNull()
                    && !isKnown(source)) tree = tree.without("dataSource");
            Tree source = tree.get("dataSource");
            Tree ref = tree.get("dataSourceRef");
            if (!source.isNull() && ref.isNull()) return tree.with("dataSourceRef", source);
            if (source.isNull()
                    && ref instanceof ObjectTree object
                    && object.text("namespace").isEmpty()) return tree.with("dataSource", object.without("namespace"));
            return tree;
        }

        private static boolean isKnown(ObjectTree source) {
            String group = source.text("apiGroup");
            String kind = source.text("kind");
            return group.isEmpty() && kind.equals("PersistentVolumeClaim")
                    || group.equals("snapshot.storage.k8s.io") && kind.equals("VolumeSnapshot");
        }

        @Override
        public void validate(PersistentVolumeClaim claim, FieldErrors errors) {
            Claims.validate(claim.spec(), SPEC, errors);
        }

        @Override
        public void validateUpdate(PersistentVolumeClaim updated, PersistentVolumeClaim stored, FieldErrors errors) {
            PersistentVolumeClaimSpec spec = updated.spec();
            PersistentVolumeClaimSpec old = stored.spec();
            ObjectTree now = EmptyFields.removed(withoutChangeable(updated, stored));
            ObjectTree before = EmptyFields.removed(
                    old.volumeName().isEmpty() ? restore(old.tree(), spec.tree(), "volumeName") : old.tree());
            if (!now.equals(before)) errors.forbidden(SPEC, IMMUTABLE + Differences.between(before, now));
            if (storage(spec).compareTo(storage(old)) < 0) {
                String has = stored.status().capacity().get("storage");
                Quantity capacity = has == null ? Quantity.ZERO : Quantity.parse(has);
                if (storage(spec).compareTo(capacity) <= 0)
                    errors.forbidden(
                            SPEC.child("resources").child("requests").child("storage"),
                            "field can not be less than status.capacity");
            }
            Checks.immutable(spec.volumeMode(), old.volumeMode(), FieldPath.of("volumeMode"), errors);
            String name = "volumeAttributesClassName";
            if (!old.volumeAttributesClassName().isEmpty()
                    && spec.volumeAttributesClassName().isEmpty())
                errors.forbidden(
                        SPEC.child(name),
                        spec.findVolumeAttributesClassName().isEmpty()
                                ? "update from non-nil value to nil is forbidden"
                                : "update from non-nil value to an empty string is forbidden");
        }

        /// The spec with what may change as it was: of a bound claim its size, and a class where there was none.
        private static ObjectTree withoutChangeable(PersistentVolumeClaim updated, PersistentVolumeClaim stored) {
            ObjectTree spec = updated.spec().tree();
            ObjectTree old = stored.spec().tree();
            boolean bound = updated.status().phase().equals("Bound");
            boolean sameSize = storage(updated.spec()).equals(storage(stored.spec()));
            if (bound || sameSize) {
                Tree size = old.object("resources").object("requests").get("storage");
                if (!size.isNull() && spec.has("resources"))
                    spec = spec.withAt(size, "resources", "requests", "storage");
            }
            if (bound && spec.has("volumeAttributesClassName")) spec = restore(spec, old, "volumeAttributesClassName");
            if (!old.has("storageClassName") && mayTakeClass(updated, stored)) spec = spec.without("storageClassName");
            return spec;
        }

        private static boolean mayTakeClass(PersistentVolumeClaim updated, PersistentVolumeClaim stored) {
            String annotation = stored.metadata().annotations().get(StorageClassAnnotation.NAME);
            return annotation == null || annotation.equals(updated.spec().storageClassName());
        }

        @Override
        public void validateUpdate(
                String subresource, PersistentVolumeClaim updated, PersistentVolumeClaim stored, FieldErrors errors) {
            FieldPath at = FieldPath.of("status").child("capacity");
            updated.status().capacity().forEach((name, text) -> {
                long value = Quantity.parse(text).value();
                if (value < 0) errors.invalid(at.key(name), value, "must be a valid resource quantity");
            });
            updated.status().allocatedResourceStatuses().forEach((name, status) -> {
                if (!RESIZES.contains(status))
                    errors.notSupported(FieldPath.of("status").child("allocatedResourceStatus"), name, RESIZES);
            });
        }

        private static final List<String> RESIZES = List.of(
                "ControllerResizeInProgress",
                "ControllerResizeInfeasible",
                "NodeResizeInProgress",
                "NodeResizeInfeasible",
                "NodeResizePending");

        @Override
        public List<String> warnings(PersistentVolumeClaim claim) {
            var warnings = new ArrayList<>(StorageClassAnnotation.warnings(claim.metadata()));
            warnings.addAll(PersistentVolumeClaims.warnings(claim.spec(), SPEC));
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
