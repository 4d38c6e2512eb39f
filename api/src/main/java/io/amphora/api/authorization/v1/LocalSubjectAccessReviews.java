package io.amphora.api.authorization.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

/// Asks whether somebody may do something in one namespace; the answer is not stored.
public final class LocalSubjectAccessReviews {
    public static final ResourceDefinition<LocalSubjectAccessReview> DEFINITION = ResourceDefinition.of(
                    "authorization.k8s.io/v1", "LocalSubjectAccessReview", LocalSubjectAccessReview::of)
            .namespaced()
            .verbs("create")
            .strategy(new Rules())
            .build();

    private LocalSubjectAccessReviews() {}

    private static final class Rules implements Strategy<LocalSubjectAccessReview> {
        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
