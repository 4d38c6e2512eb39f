package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class Nodes {
    public static final ResourceDefinition<Node> DEFINITION = ResourceDefinition.of("v1", "Node", Node::of)
            .shortNames("no")
            .subresources("proxy", "status")
            .strategy(new Rules())
            .build();

    private Nodes() {}

    private static final class Rules extends SpecAndStatus<Node> {
        Rules() {
            super(Node::of);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
