package io.amphora.api.policy.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class PodDisruptionBudgets {
    public static final ResourceDefinition<PodDisruptionBudget> DEFINITION = ResourceDefinition.of(
                    "policy/v1", "PodDisruptionBudget", PodDisruptionBudget::of)
            .shortNames("pdb")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .build();

    private PodDisruptionBudgets() {}

    private static final class Rules extends SpecAndStatus<PodDisruptionBudget> {
        Rules() {
            super(PodDisruptionBudget::of);
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
