package io.amphora.api.authentication.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

/// Asks who one is; the answer is not stored.
public final class SelfSubjectReviews {
    public static final ResourceDefinition<SelfSubjectReview> DEFINITION = ResourceDefinition.of(
                    "authentication.k8s.io/v1", "SelfSubjectReview", SelfSubjectReview::of)
            .verbs("create")
            .strategy(new Rules())
            .build();

    private SelfSubjectReviews() {}

    private static final class Rules implements Strategy<SelfSubjectReview> {
        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
