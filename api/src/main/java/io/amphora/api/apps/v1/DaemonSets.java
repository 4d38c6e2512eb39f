package io.amphora.api.apps.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class DaemonSets {
    public static final ResourceDefinition<DaemonSet> DEFINITION = ResourceDefinition.of(
                    "apps/v1", "DaemonSet", DaemonSet::of)
            .shortNames("ds")
            .categories("all")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .build();

    private DaemonSets() {}

    private static final class Rules extends SpecAndStatus<DaemonSet> {
        Rules() {
            super(DaemonSet::of);
        }
    }
}
