package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

/// Binds a Pod to a node; older spelling of `pods/binding`.
public final class Bindings {
    public static final ResourceDefinition<Binding> DEFINITION = ResourceDefinition.of("v1", "Binding", Binding::of)
            .namespaced()
            .verbs("create")
            .strategy(new Rules())
            .build();

    private Bindings() {}

    private static final class Rules implements Strategy<Binding> {
        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
