package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

/// Health of the control plane's parts; deprecated since 1.19, kept for `kubectl get cs`.
public final class ComponentStatuses {
    public static final ResourceDefinition<ComponentStatus> DEFINITION = ResourceDefinition.of(
                    "v1", "ComponentStatus", ComponentStatus::of)
            .plural("componentstatuses")
            .shortNames("cs")
            .verbs("get", "list")
            .strategy(new Rules())
            .build();

    private ComponentStatuses() {}

    private static final class Rules implements Strategy<ComponentStatus> {
        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
