package io.amphora.api.apiregistration.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class APIServices {
    public static final ResourceDefinition<APIService> DEFINITION = ResourceDefinition.of(
                    "apiregistration.k8s.io/v1", "APIService", APIService::of)
            .categories("api-extensions")
            .subresources("status")
            .strategy(new Rules())
            .build();

    private APIServices() {}

    private static final class Rules extends SpecAndStatus<APIService> {
        Rules() {
            super(APIService::of);
        }
    }
}
