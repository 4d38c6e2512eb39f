package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class ReplicationControllers {
    public static final ResourceDefinition<ReplicationController> DEFINITION = ResourceDefinition.of(
                    "v1", "ReplicationController", ReplicationController::of)
            .shortNames("rc")
            .categories("all")
            .namespaced()
            .subresources("scale", "status")
            .strategy(new Rules())
            .build();

    private ReplicationControllers() {}

    private static final class Rules extends SpecAndStatus<ReplicationController> {
        Rules() {
            super(ReplicationController::of);
        }
    }
}
