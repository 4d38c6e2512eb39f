package io.amphora.api.resource.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class ResourceSlices {
    public static final ResourceDefinition<ResourceSlice> DEFINITION = ResourceDefinition.of(
                    "resource.k8s.io/v1", "ResourceSlice", ResourceSlice::of)
            .strategy(new Rules())
            .build();

    private ResourceSlices() {}

    private static final class Rules implements Strategy<ResourceSlice> {
        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
