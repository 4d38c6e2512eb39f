package io.amphora.api.autoscaling.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

/// The autoscaler as `autoscaling/v1` shows it: stored as v2, with what v1 has no field for in annotations.
public final class HorizontalPodAutoscalers {
    public static final ResourceDefinition<HorizontalPodAutoscaler> DEFINITION = ResourceDefinition.of(
                    "autoscaling/v1", "HorizontalPodAutoscaler", HorizontalPodAutoscaler::of)
            .shortNames("hpa")
            .categories("all")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .storedAs(
                    io.amphora.api.autoscaling.v2.HorizontalPodAutoscalers.DEFINITION,
                    AutoscalerForms::toV2,
                    AutoscalerForms::fromV2)
            .build();

    private HorizontalPodAutoscalers() {}

    private static final class Rules extends SpecAndStatus<HorizontalPodAutoscaler> {
        Rules() {
            super(HorizontalPodAutoscaler::of);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
