package io.amphora.api.policy.v1;

import io.amphora.api.Columns;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Conditions;
import io.amphora.api.validation.IntOrPercents;
import io.amphora.api.validation.Labels;
import io.amphora.api.validation.Workloads;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// How many of some Pods may be missing when nodes are emptied.
public final class PodDisruptionBudgets {
    public static final ResourceDefinition<PodDisruptionBudget> DEFINITION = ResourceDefinition.of(
                    "policy/v1", "PodDisruptionBudget", PodDisruptionBudget::of)
            .shortNames("pdb")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<PodDisruptionBudget>builder()
                    .name()
                    .text(
                            "Min Available",
                            "How many Pods must be there.",
                            budget -> cell(budget.spec().tree().get("minAvailable")))
                    .text(
                            "Max Unavailable",
                            "How many Pods may be missing.",
                            budget -> cell(budget.spec().tree().get("maxUnavailable")))
                    .number(
                            "Allowed Disruptions",
                            "How many may go just now.",
                            budget -> budget.status().disruptionsAllowed())
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");

    private PodDisruptionBudgets() {}

    private static String cell(Tree number) {
        return number.isNull() ? "N/A" : number instanceof Tree.Text(var text) ? text : number.toString();
    }

    private static final class Rules extends SpecAndStatus<PodDisruptionBudget> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.NONE;
        }

        @Override
        public String nameFormat() {
            return "path-segment";
        }

        Rules() {
            super(PodDisruptionBudget::of);
        }

        @Override
        public void validate(PodDisruptionBudget budget, FieldErrors errors) {
            ObjectTree spec = budget.spec().tree();
            Tree least = spec.get("minAvailable");
            Tree most = spec.get("maxUnavailable");
            if (!least.isNull() && !most.isNull())
                errors.invalid(SPEC, spec, "minAvailable and maxUnavailable cannot be both set");
            for (String name : List.of("minAvailable", "maxUnavailable")) {
                if (spec.get(name).isNull()) continue;
                IntOrPercents.validate(spec.get(name), SPEC.child(name), errors);
                IntOrPercents.notAboveAll(spec.get(name), SPEC.child(name), errors);
            }
            Labels.selector(budget.spec().findSelector(), SPEC.child("selector"), errors);
            budget.spec()
                    .findUnhealthyPodEvictionPolicy()
                    .ifPresent(policy -> Checks.supported(
                            policy,
                            List.of("AlwaysAllow", "IfHealthyBudget"),
                            SPEC.child("unhealthyPodEvictionPolicy"),
                            errors));
        }

        @Override
        public void validateUpdate(
                String subresource, PodDisruptionBudget updated, PodDisruptionBudget stored, FieldErrors errors) {
            Conditions.validate(updated.status().conditions(), STATUS.child("conditions"), errors);
            Workloads.counts(
                    updated.status().tree(),
                    List.of("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"),
                    STATUS,
                    errors);
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
