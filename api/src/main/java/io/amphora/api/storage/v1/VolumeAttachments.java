package io.amphora.api.storage.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class VolumeAttachments {
    public static final ResourceDefinition<VolumeAttachment> DEFINITION = ResourceDefinition.of(
                    "storage.k8s.io/v1", "VolumeAttachment", VolumeAttachment::of)
            .subresources("status")
            .strategy(new Rules())
            .build();

    private VolumeAttachments() {}

    private static final class Rules extends SpecAndStatus<VolumeAttachment> {
        Rules() {
            super(VolumeAttachment::of);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
