package io.amphora.api.apps.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class Deployments {
    public static final ResourceDefinition<Deployment> DEFINITION = ResourceDefinition.of(
                    "apps/v1", "Deployment", Deployment::of)
            .shortNames("deploy")
            .categories("all")
            .namespaced()
            .subresources("scale", "status")
            .strategy(new Rules())
            .build();

    private Deployments() {}

    private static final class Rules extends SpecAndStatus<Deployment> {
        Rules() {
            super(Deployment::of);
        }
    }
}
