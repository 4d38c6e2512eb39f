package io.amphora.api.core.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Map;

/// Keeps so many Pods alive: what there was before ReplicaSets.
public final class ReplicationControllers {
    public static final ResourceDefinition<ReplicationController> DEFINITION = ResourceDefinition.of(
                    "v1", "ReplicationController", ReplicationController::of)
            .shortNames("rc")
            .categories("all")
            .namespaced()
            .subresources("scale", "status")
            .strategy(new Rules())
            .columns(Columns.<ReplicationController>builder()
                    .name()
                    .number(
                            "Desired",
                            "How many Pods there should be.",
                            rc -> rc.spec().replicas())
                    .number("Current", "How many there are.", rc -> rc.status().replicas())
                    .number(
                            "Ready",
                            "How many of them are ready.",
                            rc -> rc.status().readyReplicas())
                    .age()
                    .wide(
                            "Containers",
                            "Names of the containers.",
                            rc -> Cells.containerNames(rc.spec().template().spec()))
                    .wide(
                            "Images",
                            "Images of the containers.",
                            rc -> Cells.containerImages(rc.spec().template().spec()))
                    .wide(
                            "Selector",
                            "The labels of its Pods.",
                            rc -> Cells.labels(rc.spec().selector()))
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");

    private ReplicationControllers() {}

    private static final class Rules extends SpecAndStatus<ReplicationController> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        Rules() {
            super(ReplicationController::of);
        }

        /// Selector and labels of its own are those of the template where it has none.
        @Override
        public ReplicationController withDefaults(ReplicationController rc) {
            ObjectTree tree = rc.tree();
            ObjectTree labels = rc.spec().template().metadata().tree().object("labels");
            if (!labels.isEmpty()) {
                if (rc.spec().selector().isEmpty()) tree = tree.withAt(labels, "spec", "selector");
                if (rc.metadata().labels().isEmpty()) tree = tree.withAt(labels, "metadata", "labels");
            }
            return ReplicationController.of(Defaults.inNew(
                    tree,
                    "spec",
                    spec -> Defaults.in(Defaults.absent(spec, "replicas", 1), "template", PodDefaults::template)));
        }

        @Override
        public void validate(ReplicationController rc, FieldErrors errors) {
            ReplicationControllerSpec spec = rc.spec();
            Checks.notNegative(spec.minReadySeconds(), SPEC.child("minReadySeconds"), errors);
            if (spec.selector().isEmpty()) errors.required(SPEC.child("selector"), "");
            Checks.notNegative(spec.replicas(), SPEC.child("replicas"), errors);
            FieldPath at = SPEC.child("template");
            if (spec.findTemplate().isEmpty()) {
                errors.required(at, "");
                return;
            }
            PodTemplateSpec template = spec.template();
            ObjectTree labels = template.metadata().tree().object("labels");
            if (!LabelSelector.ofLabels(spec.tree().object("selector")).matches(labels))
                errors.invalid(
                        at.child("metadata").child("labels"),
                        template.metadata().tree().get("labels"),
                        "`selector` does not match template `labels`");
            io.amphora.api.validation.PodTemplates.validate(template, at, errors);
            PodSpec pods = template.spec();
            if (!pods.restartPolicy().equals("Always"))
                errors.notSupported(at.child("spec").child("restartPolicy"), pods.restartPolicy(), List.of("Always"));
            if (pods.findActiveDeadlineSeconds().isPresent())
                errors.forbidden(
                        at.child("spec").child("activeDeadlineSeconds"),
                        "activeDeadlineSeconds in ReplicationController is not Supported");
        }

        @Override
        public void validateUpdate(
                String subresource, ReplicationController updated, ReplicationController stored, FieldErrors errors) {
            ReplicaCounts.validate(updated.status().tree(), errors);
        }

        @Override
        public List<String> warnings(ReplicationController rc) {
            return PodWarnings.ofTemplate(rc.spec().template(), SPEC.child("template"));
        }

        @Override
        public String defaultPropagation() {
            return "orphan";
        }

        @Override
        public List<String> selectableFieldLabels() {
            return List.of("status.replicas");
        }

        @Override
        public Map<String, String> selectableFields(ReplicationController rc) {
            return Map.of("status.replicas", Integer.toString(rc.status().replicas()));
        }
    }
}
