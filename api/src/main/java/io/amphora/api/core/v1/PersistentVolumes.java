package io.amphora.api.core.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.QuantityDefaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.VolumeSpecs;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A piece of storage of the cluster.
public final class PersistentVolumes {
    public static final ResourceDefinition<PersistentVolume> DEFINITION = ResourceDefinition.of(
                    "v1", "PersistentVolume", PersistentVolume::of)
            .shortNames("pv")
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<PersistentVolume>builder()
                    .name()
                    .text(
                            "Capacity",
                            "Its size.",
                            volume -> volume.spec().capacity().getOrDefault("storage", "0"))
                    .text(
                            "Access Modes",
                            "Who may mount it how.",
                            volume -> Cells.accessModes(volume.spec().accessModes()))
                    .text(
                            "Reclaim Policy",
                            "What becomes of it when its claim goes.",
                            volume -> volume.spec().persistentVolumeReclaimPolicy())
                    .text("Status", "Whether it is free, bound or done with.", PersistentVolumes::statusCell)
                    .text("Claim", "The claim that has it.", PersistentVolumes::claimCell)
                    .text("StorageClass", "Where it comes from.", PersistentVolumes::classCell)
                    .text(
                            "VolumeAttributesClass",
                            "Attributes that can change.",
                            volume -> volume.spec()
                                    .findVolumeAttributesClassName()
                                    .orElse(Cells.UNSET))
                    .text(
                            "Reason",
                            "Why it is in its state.",
                            volume -> volume.status().reason())
                    .age()
                    .wide(
                            "VolumeMode",
                            "With a file system or raw.",
                            volume -> volume.spec().findVolumeMode().orElse(Cells.UNSET))
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    /// Fields of the spec that do not say where the storage is; all others do.
    private static final List<String> NOT_SOURCES = List.of(
            "capacity",
            "accessModes",
            "claimRef",
            "persistentVolumeReclaimPolicy",
            "storageClassName",
            "mountOptions",
            "volumeMode",
            "nodeAffinity",
            "volumeAttributesClassName");

    private PersistentVolumes() {}

    private static String statusCell(PersistentVolume volume) {
        return volume.metadata().findDeletionTimestamp().isPresent()
                ? "Terminating"
                : volume.status().phase();
    }

    private static String claimCell(PersistentVolume volume) {
        return volume.spec()
                .findClaimRef()
                .map(claim -> claim.namespace() + "/" + claim.name())
                .orElse("");
    }

    private static String classCell(PersistentVolume volume) {
        String old = volume.metadata().annotations().get(StorageClassAnnotation.NAME);
        return old == null ? volume.spec().storageClassName() : old;
    }

    private static final class Rules extends SpecAndStatus<PersistentVolume> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.OBJECT_TWICE;
        }

        Rules() {
            super(PersistentVolume::of);
        }

        @Override
        public PersistentVolume withDefaults(PersistentVolume volume) {
            ObjectTree tree = Defaults.inNew(volume.tree(), "spec", spec -> {
                ObjectTree complete = Defaults.empty(spec, "persistentVolumeReclaimPolicy", "Retain");
                complete = Defaults.absent(complete, "volumeMode", "Filesystem");
                complete = Defaults.in(complete, "capacity", QuantityDefaults::rounded);
                return VolumeDefaults.sources(complete);
            });
            return PersistentVolume.of(
                    Defaults.inNew(tree, "status", status -> Defaults.empty(status, "phase", "Pending")));
        }

        @Override
        public PersistentVolume prepareForCreate(PersistentVolume volume) {
            ObjectTree status = ObjectTree.of(
                    "phase",
                    "Pending",
                    "lastPhaseTransitionTime",
                    volume.metadata().tree().get("creationTimestamp"));
            return PersistentVolume.of(volume.tree().with("status", status));
        }

        @Override
        public PersistentVolume stamp(PersistentVolume updated, PersistentVolume stored, Instant now) {
            PersistentVolumeStatus status = updated.status();
            boolean stamped =
                    !status.findLastPhaseTransitionTime().equals(stored.status().findLastPhaseTransitionTime());
            if (stamped || status.phase().equals(stored.status().phase())) return updated;
            return updated.withStatus(status.withLastPhaseTransitionTime(now));
        }

        @Override
        public void validate(PersistentVolume volume, FieldErrors errors) {
            VolumeSpecs.validate(volume.spec(), volume.name(), false, SPEC, errors);
        }

        @Override
        public void validateUpdate(PersistentVolume updated, PersistentVolume stored, FieldErrors errors) {
            validate(updated, errors); // once more: Kubernetes tells these mistakes twice
            ObjectTree now = sources(updated.spec());
            ObjectTree before = sources(stored.spec());
            if (!before.object("csi").has("controllerExpandSecretRef"))
                now = now.withoutAt("csi", "controllerExpandSecretRef");
            if (!now.equals(before))
                errors.forbidden(
                        SPEC.child("persistentvolumesource"),
                        "spec.persistentvolumesource is immutable after creation\n" + Differences.between(before, now));
            Checks.immutable(
                    updated.spec().volumeMode(), stored.spec().volumeMode(), FieldPath.of("volumeMode"), errors);
            stored.spec()
                    .findNodeAffinity()
                    .ifPresent(affinity -> nodeAffinity(updated.spec().nodeAffinity(), affinity, errors));
            if (stored.spec().findVolumeAttributesClassName().isPresent()
                    && updated.spec().findVolumeAttributesClassName().isEmpty())
                errors.forbidden(
                        SPEC.child("volumeAttributesClassName"), "update from non-nil value to nil is forbidden");
        }

        private static ObjectTree sources(PersistentVolumeSpec spec) {
            ObjectTree tree = spec.tree();
            for (String name : NOT_SOURCES) tree = tree.without(name);
            return EmptyFields.removed(tree);
        }

        /// Labels of nodes may be replaced by the names that they have today.
        private static void nodeAffinity(VolumeNodeAffinity updated, VolumeNodeAffinity stored, FieldErrors errors) {
            if (!updated.tree().equals(stored.tree())
                    && !updated.tree().equals(NodeLabels.renamed(stored.tree(), updated.tree())))
                errors.invalid(
                        FieldPath.of("nodeAffinity"),
                        updated.tree(),
                        "field is immutable, except for updating from beta label to GA");
        }

        @Override
        public List<String> warnings(PersistentVolume volume) {
            var warnings = new ArrayList<>(StorageClassAnnotation.warnings(volume.metadata()));
            if (volume.spec().persistentVolumeReclaimPolicy().equals("Recycle"))
                warnings.add(
                        "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the"
                                + " recommended approach is to use dynamic provisioning.");
            VolumeWarnings.gone(volume.spec().tree().without("quobyte"), SPEC, warnings);
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
