package io.amphora.api.apps.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class ReplicaSets {
    public static final ResourceDefinition<ReplicaSet> DEFINITION = ResourceDefinition.of(
                    "apps/v1", "ReplicaSet", ReplicaSet::of)
            .shortNames("rs")
            .categories("all")
            .namespaced()
            .subresources("scale", "status")
            .strategy(new Rules())
            .build();

    private ReplicaSets() {}

    private static final class Rules extends SpecAndStatus<ReplicaSet> {
        Rules() {
            super(ReplicaSet::of);
        }
    }
}
