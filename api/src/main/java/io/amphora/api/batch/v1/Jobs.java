package io.amphora.api.batch.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class Jobs {
    public static final ResourceDefinition<Job> DEFINITION = ResourceDefinition.of("batch/v1", "Job", Job::of)
            .categories("all")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .build();

    private Jobs() {}

    private static final class Rules extends SpecAndStatus<Job> {
        Rules() {
            super(Job::of);
        }
    }
}
