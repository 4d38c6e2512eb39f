package io.amphora.api.authorization.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

/// Asks whether one may do something oneself; the answer is not stored.
public final class SelfSubjectAccessReviews {
    public static final ResourceDefinition<SelfSubjectAccessReview> DEFINITION = ResourceDefinition.of(
                    "authorization.k8s.io/v1", "SelfSubjectAccessReview", SelfSubjectAccessReview::of)
            .verbs("create")
            .strategy(new Rules())
            .build();

    private SelfSubjectAccessReviews() {}

    private static final class Rules implements Strategy<SelfSubjectAccessReview> {
        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
