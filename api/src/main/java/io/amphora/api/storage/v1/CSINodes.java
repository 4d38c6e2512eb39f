package io.amphora.api.storage.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class CSINodes {
    public static final ResourceDefinition<CSINode> DEFINITION = ResourceDefinition.of(
                    "storage.k8s.io/v1", "CSINode", CSINode::of)
            .strategy(new Rules())
            .build();

    private CSINodes() {}

    private static final class Rules implements Strategy<CSINode> {
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
