package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

public final class Events {
    public static final ResourceDefinition<Event> DEFINITION = ResourceDefinition.of("v1", "Event", Event::of)
            .shortNames("ev")
            .namespaced()
            .strategy(new Rules())
            .build();

    private Events() {}

    private static final class Rules implements Strategy<Event> {
        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }
    }
}
