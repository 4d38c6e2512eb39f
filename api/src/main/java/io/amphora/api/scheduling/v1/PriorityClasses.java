package io.amphora.api.scheduling.v1;

import io.amphora.api.ResourceDefinition;

public final class PriorityClasses {
    public static final ResourceDefinition<PriorityClass> DEFINITION = ResourceDefinition.of(
                    "scheduling.k8s.io/v1", "PriorityClass", PriorityClass::of)
            .plural("priorityclasses")
            .shortNames("pc")
            .build();

    private PriorityClasses() {}
}
