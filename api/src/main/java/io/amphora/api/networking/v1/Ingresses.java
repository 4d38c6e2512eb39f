package io.amphora.api.networking.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class Ingresses {
    public static final ResourceDefinition<Ingress> DEFINITION = ResourceDefinition.of(
                    "networking.k8s.io/v1", "Ingress", Ingress::of)
            .plural("ingresses")
            .shortNames("ing")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .build();

    private Ingresses() {}

    private static final class Rules extends SpecAndStatus<Ingress> {
        Rules() {
            super(Ingress::of);
        }
    }
}
