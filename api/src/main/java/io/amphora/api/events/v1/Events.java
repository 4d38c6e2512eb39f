package io.amphora.api.events.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

/// Events under their newer group. They are the same objects as the core group's, and stored in its form.
public final class Events {
    public static final ResourceDefinition<Event> DEFINITION = ResourceDefinition.of(
                    "events.k8s.io/v1", "Event", Event::of)
            .shortNames("ev")
            .namespaced()
            .strategy(new Rules())
            .storedAs(io.amphora.api.core.v1.Events.DEFINITION, EventForms::toCore, EventForms::fromCore)
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
