package io.amphora.api.autoscaling.v2;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class HorizontalPodAutoscalers {
    public static final ResourceDefinition<HorizontalPodAutoscaler> DEFINITION = ResourceDefinition.of(
                    "autoscaling/v2", "HorizontalPodAutoscaler", HorizontalPodAutoscaler::of)
            .shortNames("hpa")
            .categories("all")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
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
