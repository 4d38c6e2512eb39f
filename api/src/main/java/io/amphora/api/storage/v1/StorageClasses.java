package io.amphora.api.storage.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class StorageClasses {
    public static final ResourceDefinition<StorageClass> DEFINITION = ResourceDefinition.of(
                    "storage.k8s.io/v1", "StorageClass", StorageClass::of)
            .plural("storageclasses")
            .shortNames("sc")
            .strategy(new Rules())
            .build();

    private StorageClasses() {}

    private static final class Rules implements Strategy<StorageClass> {
        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
