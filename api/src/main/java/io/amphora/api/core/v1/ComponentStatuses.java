package io.amphora.api.core.v1;

import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import java.util.function.Function;

/// Health of the parts of the control plane. Gone in all but name since 1.19, kept for `kubectl get cs`.
public final class ComponentStatuses {
    public static final ResourceDefinition<ComponentStatus> DEFINITION = ResourceDefinition.of(
                    "v1", "ComponentStatus", ComponentStatus::of)
            .plural("componentstatuses")
            .shortNames("cs")
            .verbs("get", "list")
            .strategy(new Rules())
            .columns(Columns.<ComponentStatus>builder()
                    .name()
                    .text("Status", "Whether it is healthy.", ComponentStatuses::health)
                    .text("Message", "What it says.", status -> cell(status, ComponentCondition::message))
                    .text("Error", "What is wrong.", status -> cell(status, ComponentCondition::error))
                    .build())
            .build();

    private ComponentStatuses() {}

    private static String health(ComponentStatus status) {
        return switch (cell(status, ComponentCondition::status)) {
            case "True" -> "Healthy";
            case "False" -> "Unhealthy";
            default -> "Unknown";
        };
    }

    private static String cell(ComponentStatus status, Function<ComponentCondition, String> of) {
        for (ComponentCondition condition : status.conditions())
            if (condition.type().equals("Healthy")) return of.apply(condition);
        return "";
    }

    private static final class Rules implements Strategy<ComponentStatus> {
        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public String deprecation() {
            return "v1 ComponentStatus is deprecated in v1.19+";
        }
    }
}
