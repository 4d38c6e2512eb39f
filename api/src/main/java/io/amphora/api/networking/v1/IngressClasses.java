package io.amphora.api.networking.v1;

import io.amphora.api.ResourceDefinition;

public final class IngressClasses {
    public static final ResourceDefinition<IngressClass> DEFINITION = ResourceDefinition.of(
                    "networking.k8s.io/v1", "IngressClass", IngressClass::of)
            .plural("ingressclasses")
            .build();

    private IngressClasses() {}
}
