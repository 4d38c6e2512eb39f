package io.amphora.api.storage.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class VolumeAttributesClasses {
    public static final ResourceDefinition<VolumeAttributesClass> DEFINITION = ResourceDefinition.of(
                    "storage.k8s.io/v1", "VolumeAttributesClass", VolumeAttributesClass::of)
            .plural("volumeattributesclasses")
            .shortNames("vac")
            .strategy(new Rules())
            .build();

    private VolumeAttributesClasses() {}

    private static final class Rules implements Strategy<VolumeAttributesClass> {
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
