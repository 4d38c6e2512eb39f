package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class Pods {
    public static final ResourceDefinition<Pod> DEFINITION = ResourceDefinition.of("v1", "Pod", Pod::of)
            .shortNames("po")
            .categories("all")
            .namespaced()
            .subresources(
                    "attach",
                    "binding",
                    "ephemeralcontainers",
                    "eviction",
                    "exec",
                    "log",
                    "portforward",
                    "proxy",
                    "resize",
                    "status")
            .strategy(new Rules())
            .build();

    private Pods() {}

    private static final class Rules extends SpecAndStatus<Pod> {
        Rules() {
            super(Pod::of);
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
