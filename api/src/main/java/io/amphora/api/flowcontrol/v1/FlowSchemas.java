package io.amphora.api.flowcontrol.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class FlowSchemas {
    public static final ResourceDefinition<FlowSchema> DEFINITION = ResourceDefinition.of(
                    "flowcontrol.apiserver.k8s.io/v1", "FlowSchema", FlowSchema::of)
            .subresources("status")
            .strategy(new Rules())
            .build();

    private FlowSchemas() {}

    private static final class Rules extends SpecAndStatus<FlowSchema> {
        Rules() {
            super(FlowSchema::of);
        }
    }
}
