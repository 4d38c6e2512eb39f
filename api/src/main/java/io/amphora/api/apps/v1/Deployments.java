package io.amphora.api.apps.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.Metadata;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.core.v1.PodDefaults;
import io.amphora.api.core.v1.PodWarnings;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.IntOrPercents;
import io.amphora.api.validation.Workloads;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// Keeps Pods running and replaces them step by step when their template changes.
public final class Deployments {
    public static final ResourceDefinition<Deployment> DEFINITION = ResourceDefinition.of(
                    "apps/v1", "Deployment", Deployment::of)
            .shortNames("deploy")
            .categories("all")
            .namespaced()
            .subresources("scale", "status")
            .strategy(new Rules())
            .columns(Columns.<Deployment>builder()
                    .name()
                    .text(
                            "Ready",
                            "Pods that are ready, of how many there should be.",
                            deployment -> deployment.status().readyReplicas() + "/"
                                    + deployment.spec().replicas())
                    .text(
                            "Up-to-date",
                            "Pods of the newest template.",
                            deployment -> deployment.status().updatedReplicas())
                    .text(
                            "Available",
                            "Pods that have been ready for long enough.",
                            deployment -> deployment.status().availableReplicas())
                    .age()
                    .wide(
                            "Containers",
                            "Names of the containers.",
                            deployment -> Cells.containerNames(
                                    deployment.spec().template().spec()))
                    .wide(
                            "Images",
                            "Images of the containers.",
                            deployment -> Cells.containerImages(
                                    deployment.spec().template().spec()))
                    .wide(
                            "Selector",
                            "How it finds its Pods.",
                            deployment ->
                                    Cells.selector(deployment.spec().tree().get("selector")))
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");

    private Deployments() {}

    private static final class Rules extends SpecAndStatus<Deployment> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        Rules() {
            super(Deployment::of);
        }

        @Override
        public Deployment withDefaults(Deployment deployment) {
            return Deployment.of(Defaults.inNew(deployment.tree(), "spec", Rules::defaults));
        }

        private static ObjectTree defaults(ObjectTree spec) {
            ObjectTree tree = Defaults.absent(spec, "replicas", 1);
            tree = Defaults.inNew(tree, "strategy", Rules::strategyDefaults);
            tree = Defaults.absent(tree, "revisionHistoryLimit", 10);
            tree = Defaults.absent(tree, "progressDeadlineSeconds", 600);
            return Defaults.inNew(tree, "template", PodDefaults::template);
        }

        private static ObjectTree strategyDefaults(ObjectTree strategy) {
            ObjectTree tree = Defaults.empty(strategy, "type", "RollingUpdate");
            if (!tree.text("type").equals("RollingUpdate")) return tree;
            return Defaults.inNew(
                    tree,
                    "rollingUpdate",
                    update -> Defaults.absent(Defaults.absent(update, "maxUnavailable", "25%"), "maxSurge", "25%"));
        }

        /// Annotations count too: the controller copies them to its ReplicaSets.
        @Override
        public boolean changesGeneration(Deployment updated, Deployment stored) {
            return super.changesGeneration(updated, stored)
                    || !updated.metadata()
                            .annotations()
                            .equals(stored.metadata().annotations());
        }

        /// Labels stay as they are when the status is written.
        @Override
        public Deployment prepareForUpdate(String subresource, Deployment updated, Deployment stored) {
            Deployment prepared = super.prepareForUpdate(subresource, updated, stored);
            if (!subresource.equals("status")) return prepared;
            return Deployment.of(Metadata.restored(prepared.tree(), stored.tree(), "labels"));
        }

        @Override
        public void validate(Deployment deployment, FieldErrors errors) {
            DeploymentSpec spec = deployment.spec();
            Checks.notNegative(spec.replicas(), SPEC.child("replicas"), errors);
            Checks.notNegative(spec.minReadySeconds(), SPEC.child("minReadySeconds"), errors);
            ReplicaSets.pods(spec.tree(), SPEC, errors);
            strategy(spec.strategy(), SPEC.child("strategy"), errors);
            Checks.notNegative(spec.revisionHistoryLimit(), SPEC.child("revisionHistoryLimit"), errors);
            FieldPath deadline = SPEC.child("progressDeadlineSeconds");
            Checks.notNegative(spec.progressDeadlineSeconds(), deadline, errors);
            if (spec.progressDeadlineSeconds() <= spec.minReadySeconds())
                errors.invalid(deadline, spec.progressDeadlineSeconds(), "must be greater than minReadySeconds");
        }

        private static void strategy(DeploymentStrategy strategy, FieldPath at, FieldErrors errors) {
            switch (strategy.type()) {
                case "Recreate" -> {
                    if (strategy.findRollingUpdate().isPresent())
                        errors.forbidden(
                                at.child("rollingUpdate"), "may not be specified when strategy `type` is 'Recreate'");
                }
                case "RollingUpdate" -> rollingUpdate(strategy.rollingUpdate(), at.child("rollingUpdate"), errors);
                default -> errors.notSupported(at, strategy.tree(), List.of("Recreate", "RollingUpdate"));
            }
        }

        private static void rollingUpdate(RollingUpdateDeployment update, FieldPath at, FieldErrors errors) {
            Tree unavailable = update.tree().get("maxUnavailable");
            Tree surge = update.tree().get("maxSurge");
            FieldPath path = at.child("maxUnavailable");
            IntOrPercents.validate(unavailable, path, errors);
            IntOrPercents.validate(surge, at.child("maxSurge"), errors);
            if (IntOrPercents.number(unavailable) == 0 && IntOrPercents.number(surge) == 0)
                errors.invalid(path, unavailable, "may not be 0 when `maxSurge` is 0");
            IntOrPercents.notAboveAll(unavailable, path, errors);
        }

        @Override
        public void validateUpdate(Deployment updated, Deployment stored, FieldErrors errors) {
            ReplicaSets.selectorStays(updated.spec().tree(), stored.spec().tree(), SPEC, errors);
        }

        @Override
        public void validateUpdate(String subresource, Deployment updated, Deployment stored, FieldErrors errors) {
            ObjectTree status = updated.status().tree();
            Workloads.counts(
                    status,
                    List.of(
                            "observedGeneration",
                            "replicas",
                            "updatedReplicas",
                            "readyReplicas",
                            "availableReplicas",
                            "unavailableReplicas",
                            "collisionCount"),
                    STATUS,
                    errors);
            var some = List.of("updatedReplicas", "readyReplicas", "availableReplicas");
            Workloads.atMost("replicas", some, "cannot be greater than status.replicas", status, STATUS, errors);
            var available = List.of("availableReplicas");
            Workloads.atMost(
                    "readyReplicas", available, "cannot be greater than readyReplicas", status, STATUS, errors);
            Workloads.collisions(status, stored.status().tree(), STATUS, errors);
        }

        @Override
        public List<String> warnings(Deployment deployment) {
            var warnings = new ArrayList<>(Workloads.nameWarnings(deployment.name()));
            warnings.addAll(PodWarnings.ofTemplate(deployment.spec().template(), SPEC.child("template")));
            return warnings;
        }

        @Override
        public List<String> warningsOnUpdate(Deployment updated, Deployment stored) {
            return changesGeneration(updated, stored)
                    ? PodWarnings.ofTemplate(updated.spec().template(), SPEC.child("template"))
                    : List.of();
        }
    }
}
