package io.amphora.api.apps.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.core.v1.PodDefaults;
import io.amphora.api.core.v1.PodWarnings;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.IntOrPercents;
import io.amphora.api.validation.Labels;
import io.amphora.api.validation.PodTemplates;
import io.amphora.api.validation.Workloads;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// Keeps one Pod running on each node that it may run on.
public final class DaemonSets {
    public static final ResourceDefinition<DaemonSet> DEFINITION = ResourceDefinition.of(
                    "apps/v1", "DaemonSet", DaemonSet::of)
            .shortNames("ds")
            .categories("all")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<DaemonSet>builder()
                    .name()
                    .number(
                            "Desired",
                            "How many nodes should run one.",
                            set -> set.status().desiredNumberScheduled())
                    .number(
                            "Current",
                            "How many of those do.",
                            set -> set.status().currentNumberScheduled())
                    .number(
                            "Ready",
                            "On how many it is ready.",
                            set -> set.status().numberReady())
                    .number(
                            "Up-to-date",
                            "On how many it is of the newest template.",
                            set -> set.status().updatedNumberScheduled())
                    .number(
                            "Available",
                            "On how many it has been ready for long enough.",
                            set -> set.status().numberAvailable())
                    .text(
                            "Node Selector",
                            "The labels of its nodes.",
                            set -> Cells.labels(set.spec().template().spec().nodeSelector()))
                    .age()
                    .wide(
                            "Containers",
                            "Names of the containers.",
                            set -> Cells.containerNames(set.spec().template().spec()))
                    .wide(
                            "Images",
                            "Images of the containers.",
                            set -> Cells.containerImages(set.spec().template().spec()))
                    .wide(
                            "Selector",
                            "How it finds its Pods.",
                            set -> Cells.selector(set.spec().tree().get("selector")))
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final FieldPath TEMPLATE = SPEC.child("template");

    private static final List<String> COUNTS = List.of(
            "currentNumberScheduled",
            "numberMisscheduled",
            "desiredNumberScheduled",
            "numberReady",
            "observedGeneration",
            "updatedNumberScheduled",
            "numberAvailable",
            "numberUnavailable",
            "collisionCount");

    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    private DaemonSets() {}

    private static final class Rules extends SpecAndStatus<DaemonSet> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        Rules() {
            super(DaemonSet::of);
        }

        @Override
        public DaemonSet withDefaults(DaemonSet set) {
            return DaemonSet.of(Defaults.inNew(set.tree(), "spec", Rules::defaults));
        }

        private static ObjectTree defaults(ObjectTree spec) {
            ObjectTree tree = Defaults.inNew(spec, "updateStrategy", Rules::strategyDefaults);
            tree = Defaults.absent(tree, "revisionHistoryLimit", 10);
            return Defaults.inNew(tree, "template", PodDefaults::template);
        }

        private static ObjectTree strategyDefaults(ObjectTree strategy) {
            ObjectTree tree = Defaults.empty(strategy, "type", "RollingUpdate");
            // Of another type, numbers that are not set are zero as in Go, where they cannot be absent.
            if (!tree.text("type").equals("RollingUpdate"))
                return Defaults.in(
                        tree,
                        "rollingUpdate",
                        update -> Defaults.absent(Defaults.absent(update, "maxUnavailable", 0), "maxSurge", 0));
            return Defaults.inNew(
                    tree,
                    "rollingUpdate",
                    update -> Defaults.absent(Defaults.absent(update, "maxUnavailable", 1), "maxSurge", 0));
        }

        @Override
        public DaemonSet prepareForCreate(DaemonSet set) {
            return withTemplateGeneration(super.prepareForCreate(set), 1);
        }

        @Override
        public DaemonSet prepareForUpdate(DaemonSet updated, DaemonSet stored) {
            boolean same = updated.spec().template().equals(stored.spec().template());
            long before = templateGeneration(stored);
            return withTemplateGeneration(super.prepareForUpdate(updated, stored), same ? before : before + 1);
        }

        /// A field of an old version, of which only the annotation is left.
        private static DaemonSet withTemplateGeneration(DaemonSet set, long generation) {
            ObjectTree annotations = set.metadata().tree().object("annotations");
            ObjectTree counted = annotations.with(TEMPLATE_GENERATION, Long.toString(generation));
            return DaemonSet.of(set.tree().withAt(counted, "metadata", "annotations"));
        }

        private static long templateGeneration(DaemonSet set) {
            String text = set.metadata().annotations().getOrDefault(TEMPLATE_GENERATION, "0");
            return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
        }

        @Override
        public void validate(DaemonSet set, FieldErrors errors) {
            DaemonSetSpec spec = set.spec();
            Tree selector = spec.tree().get("selector");
            Labels.selector(spec.findSelector(), SPEC.child("selector"), errors);
            Workloads.readable(selector)
                    .ifPresent(readable -> Workloads.matches(readable, spec.template(), TEMPLATE, errors));
            Workloads.notEmpty(selector, "daemonset", SPEC.child("selector"), errors);
            PodTemplates.validate(spec.template(), TEMPLATE, errors);
            Workloads.runsOn(spec.template(), "DaemonSet", TEMPLATE, errors);
            Checks.notNegative(spec.minReadySeconds(), SPEC.child("minReadySeconds"), errors);
            strategy(spec.updateStrategy(), SPEC.child("updateStrategy"), errors);
            Checks.notNegative(spec.revisionHistoryLimit(), SPEC.child("revisionHistoryLimit"), errors);
        }

        private static void strategy(DaemonSetUpdateStrategy strategy, FieldPath at, FieldErrors errors) {
            switch (strategy.type()) {
                case "OnDelete" -> {}
                case "RollingUpdate" ->
                    rollingUpdate(strategy.rollingUpdate().tree(), at.child("rollingUpdate"), errors);
                default -> errors.notSupported(at, strategy.tree(), List.of("RollingUpdate", "OnDelete"));
            }
        }

        /// A node runs either the old Pod until the new one is ready, or none in between: not both, and not
        /// neither.
        private static void rollingUpdate(ObjectTree update, FieldPath at, FieldErrors errors) {
            Tree unavailable = update.get("maxUnavailable");
            Tree surge = update.get("maxSurge");
            IntOrPercents.validate(unavailable, at.child("maxUnavailable"), errors);
            IntOrPercents.validate(surge, at.child("maxSurge"), errors);
            IntOrPercents.notAboveAll(unavailable, at.child("maxUnavailable"), errors);
            IntOrPercents.notAboveAll(surge, at.child("maxSurge"), errors);
            boolean hasUnavailable = IntOrPercents.number(unavailable) != 0;
            boolean hasSurge = IntOrPercents.number(surge) != 0;
            if (hasUnavailable && hasSurge)
                errors.invalid(at.child("maxSurge"), surge, "may not be set when maxUnavailable is non-zero");
            if (!hasUnavailable && !hasSurge)
                errors.required(at.child("maxUnavailable"), "cannot be 0 when maxSurge is 0");
        }

        @Override
        public void validateUpdate(DaemonSet updated, DaemonSet stored, FieldErrors errors) {
            ReplicaSets.selectorStays(updated.spec().tree(), stored.spec().tree(), SPEC, errors);
        }

        @Override
        public void validateUpdate(String subresource, DaemonSet updated, DaemonSet stored, FieldErrors errors) {
            ObjectTree status = updated.status().tree();
            Workloads.counts(status, COUNTS, STATUS, errors);
            Workloads.collisions(status, stored.status().tree(), STATUS, errors);
        }

        @Override
        public List<String> warnings(DaemonSet set) {
            return PodWarnings.ofTemplate(set.spec().template(), TEMPLATE);
        }
    }
}
