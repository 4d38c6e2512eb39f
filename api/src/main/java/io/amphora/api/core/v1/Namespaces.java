package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class Namespaces {
    public static final ResourceDefinition<Namespace> DEFINITION = ResourceDefinition.of(
                    "v1", "Namespace", Namespace::of)
            .shortNames("ns")
            .verbs("create", "delete", "get", "list", "patch", "update", "watch")
            .subresources("finalize", "status")
            .strategy(new Rules())
            .build();

    private Namespaces() {}

    private static final class Rules extends SpecAndStatus<Namespace> {
        Rules() {
            super(Namespace::of);
        }

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
