package io.amphora.api.apps.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.core.v1.PodDefaults;
import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.api.core.v1.PodWarnings;
import io.amphora.api.core.v1.ReplicaCounts;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.PodTemplates;
import io.amphora.api.validation.Workloads;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// Keeps so many Pods alive; mostly made by a Deployment, one for each of its templates.
public final class ReplicaSets {
    public static final ResourceDefinition<ReplicaSet> DEFINITION = ResourceDefinition.of(
                    "apps/v1", "ReplicaSet", ReplicaSet::of)
            .shortNames("rs")
            .categories("all")
            .namespaced()
            .subresources("scale", "status")
            .strategy(new Rules())
            .columns(Columns.<ReplicaSet>builder()
                    .name()
                    .number(
                            "Desired",
                            "How many Pods there should be.",
                            set -> set.spec().replicas())
                    .number(
                            "Current",
                            "How many there are.",
                            set -> set.status().replicas())
                    .number(
                            "Ready",
                            "How many of them are ready.",
                            set -> set.status().readyReplicas())
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

    private ReplicaSets() {}

    /// Selector and template of a ReplicaSet, or of a Deployment, whose ReplicaSets have them; so messages name
    /// the one
    /// where they mean the other.
    static void pods(ObjectTree spec, FieldPath at, FieldErrors errors) {
        Tree selector = spec.get("selector");
        Workloads.selector(selector, "deployment", at.child("selector"), errors);
        var readable = Workloads.readable(selector);
        if (readable.isEmpty()) {
            errors.invalid(at.child("selector"), selector, "invalid label selector");
            return;
        }
        var template = PodTemplateSpec.of(spec.object("template"));
        FieldPath path = at.child("template");
        Workloads.matches(readable.get(), template, path, errors);
        PodTemplates.validate(template, path, errors);
        Workloads.runsOn(template, "ReplicaSet", path, errors);
    }

    static void selectorStays(ObjectTree updated, ObjectTree stored, FieldPath at, FieldErrors errors) {
        Checks.immutable(updated.get("selector"), stored.get("selector"), at.child("selector"), errors);
    }

    private static final class Rules extends SpecAndStatus<ReplicaSet> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        Rules() {
            super(ReplicaSet::of);
        }

        @Override
        public ReplicaSet withDefaults(ReplicaSet set) {
            return ReplicaSet.of(Defaults.inNew(
                    set.tree(),
                    "spec",
                    spec -> Defaults.inNew(Defaults.absent(spec, "replicas", 1), "template", PodDefaults::template)));
        }

        @Override
        public void validate(ReplicaSet set, FieldErrors errors) {
            ReplicaSetSpec spec = set.spec();
            Checks.notNegative(spec.replicas(), SPEC.child("replicas"), errors);
            Checks.notNegative(spec.minReadySeconds(), SPEC.child("minReadySeconds"), errors);
            pods(spec.tree(), SPEC, errors);
        }

        @Override
        public void validateUpdate(ReplicaSet updated, ReplicaSet stored, FieldErrors errors) {
            selectorStays(updated.spec().tree(), stored.spec().tree(), SPEC, errors);
        }

        @Override
        public void validateUpdate(String subresource, ReplicaSet updated, ReplicaSet stored, FieldErrors errors) {
            ReplicaCounts.validate(updated.status().tree(), errors);
        }

        @Override
        public List<String> warnings(ReplicaSet set) {
            var warnings = new ArrayList<>(Workloads.nameWarnings(set.name()));
            warnings.addAll(PodWarnings.ofTemplate(set.spec().template(), SPEC.child("template")));
            return warnings;
        }

        @Override
        public List<String> warningsOnUpdate(ReplicaSet updated, ReplicaSet stored) {
            return changesGeneration(updated, stored)
                    ? PodWarnings.ofTemplate(updated.spec().template(), SPEC.child("template"))
                    : List.of();
        }
    }
}
