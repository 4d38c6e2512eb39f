package io.amphora.api.apiextensions.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class CustomResourceDefinitions {
    public static final ResourceDefinition<CustomResourceDefinition> DEFINITION = ResourceDefinition.of(
                    "apiextensions.k8s.io/v1", "CustomResourceDefinition", CustomResourceDefinition::of)
            .shortNames("crd", "crds")
            .categories("api-extensions")
            .subresources("status")
            .strategy(new Rules())
            .build();

    private CustomResourceDefinitions() {}

    private static final class Rules extends SpecAndStatus<CustomResourceDefinition> {
        Rules() {
            super(CustomResourceDefinition::of);
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
