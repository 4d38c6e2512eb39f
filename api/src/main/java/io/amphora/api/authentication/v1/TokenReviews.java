package io.amphora.api.authentication.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;

/// Asks whose a token is; the answer is not stored.
public final class TokenReviews {
    public static final ResourceDefinition<TokenReview> DEFINITION = ResourceDefinition.of(
                    "authentication.k8s.io/v1", "TokenReview", TokenReview::of)
            .verbs("create")
            .strategy(new Rules())
            .build();

    private TokenReviews() {}

    private static final class Rules implements Strategy<TokenReview> {
        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
