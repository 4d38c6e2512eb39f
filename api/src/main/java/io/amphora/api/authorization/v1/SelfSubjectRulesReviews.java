package io.amphora.api.authorization.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

/// Asks what all one may do in a namespace; the answer is not stored.
public final class SelfSubjectRulesReviews {
    public static final ResourceDefinition<SelfSubjectRulesReview> DEFINITION = ResourceDefinition.of(
                    "authorization.k8s.io/v1", "SelfSubjectRulesReview", SelfSubjectRulesReview::of)
            .verbs("create")
            .strategy(new Rules())
            .build();

    private SelfSubjectRulesReviews() {}

    private static final class Rules implements Strategy<SelfSubjectRulesReview> {
        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
