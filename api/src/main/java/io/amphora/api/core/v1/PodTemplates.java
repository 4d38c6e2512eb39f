package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class PodTemplates {
    public static final ResourceDefinition<PodTemplate> DEFINITION = ResourceDefinition.of(
                    "v1", "PodTemplate", PodTemplate::of)
            .namespaced()
            .strategy(new Rules())
            .build();

    private PodTemplates() {}

    private static final class Rules implements Strategy<PodTemplate> {
        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
