package io.amphora.api.flowcontrol.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class PriorityLevelConfigurations {
    public static final ResourceDefinition<PriorityLevelConfiguration> DEFINITION = ResourceDefinition.of(
                    "flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", PriorityLevelConfiguration::of)
            .subresources("status")
            .strategy(new Rules())
            .build();

    private PriorityLevelConfigurations() {}

    private static final class Rules extends SpecAndStatus<PriorityLevelConfiguration> {
        Rules() {
            super(PriorityLevelConfiguration::of);
        }
    }
}
