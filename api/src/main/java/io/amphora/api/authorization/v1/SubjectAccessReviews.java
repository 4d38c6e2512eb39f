package io.amphora.api.authorization.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

/// Asks whether somebody may do something; the answer is not stored.
public final class SubjectAccessReviews {
    public static final ResourceDefinition<SubjectAccessReview> DEFINITION = ResourceDefinition.of(
                    "authorization.k8s.io/v1", "SubjectAccessReview", SubjectAccessReview::of)
            .verbs("create")
            .strategy(new Rules())
            .build();

    private SubjectAccessReviews() {}

    private static final class Rules implements Strategy<SubjectAccessReview> {
        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
