package io.amphora.api.apps.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class StatefulSets {
    public static final ResourceDefinition<StatefulSet> DEFINITION = ResourceDefinition.of(
                    "apps/v1", "StatefulSet", StatefulSet::of)
            .shortNames("sts")
            .categories("all")
            .namespaced()
            .subresources("scale", "status")
            .strategy(new Rules())
            .build();

    private StatefulSets() {}

    private static final class Rules extends SpecAndStatus<StatefulSet> {
        Rules() {
            super(StatefulSet::of);
        }
    }
}
