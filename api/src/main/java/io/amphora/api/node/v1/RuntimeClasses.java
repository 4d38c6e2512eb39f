package io.amphora.api.node.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class RuntimeClasses {
    public static final ResourceDefinition<RuntimeClass> DEFINITION = ResourceDefinition.of(
                    "node.k8s.io/v1", "RuntimeClass", RuntimeClass::of)
            .plural("runtimeclasses")
            .strategy(new Rules())
            .build();

    private RuntimeClasses() {}

    private static final class Rules implements Strategy<RuntimeClass> {
        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
