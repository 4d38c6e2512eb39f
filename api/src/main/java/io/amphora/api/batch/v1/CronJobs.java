package io.amphora.api.batch.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class CronJobs {
    public static final ResourceDefinition<CronJob> DEFINITION = ResourceDefinition.of(
                    "batch/v1", "CronJob", CronJob::of)
            .shortNames("cj")
            .categories("all")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .build();

    private CronJobs() {}

    private static final class Rules extends SpecAndStatus<CronJob> {
        Rules() {
            super(CronJob::of);
        }
    }
}
