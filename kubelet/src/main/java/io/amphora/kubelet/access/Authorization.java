package io.amphora.kubelet.access;

import io.amphora.api.ApiException;
import io.amphora.api.authorization.v1.ResourceAttributes;
import io.amphora.api.authorization.v1.SubjectAccessReview;
import io.amphora.api.authorization.v1.SubjectAccessReviews;
import io.amphora.client.Client;
import io.amphora.machinery.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// Asks the API server what a caller may do with this node.
final class Authorization {
    /// The kubelet's `authorization.webhook.cacheAuthorizedTTL` and `cacheUnauthorizedTTL`.
    private static final Duration ALLOWED_FOR = Duration.ofMinutes(5);

    private static final Duration DENIED_FOR = Duration.ofSeconds(30);
    private static final int MOST = 4096;

    private final Client client;
    private final Clock clock;
    private final String nodeName;
    private final Remembered<Question, Boolean> reviews;

    private record Question(Caller caller, String verb, String subresource) {}

    Authorization(Client client, Clock clock, String nodeName) {
        this.client = client;
        this.clock = clock;
        this.nodeName = nodeName;
        this.reviews = new Remembered<>(clock, MOST);
    }

    /// @throws ApiException when the API server does not say
    boolean isAllowed(Caller caller, String verb, String subresource) {
        var question = new Question(caller, verb, subresource);
        Optional<Boolean> known = reviews.find(question);
        if (known.isPresent()) return known.get();
        boolean allowed = Reviews.ask(clock, () -> review(question));
        reviews.put(question, allowed, allowed ? ALLOWED_FOR : DENIED_FOR);
        return allowed;
    }

    private boolean review(Question question) {
        var attributes = ResourceAttributes.EMPTY
                .withVerb(question.verb)
                .withVersion("v1")
                .withResource("nodes")
                .withSubresource(question.subresource)
                .withName(nodeName);
        var spec = SubjectAccessReview.EMPTY
                .spec()
                .withUser(question.caller.name())
                .withUid(question.caller.uid())
                .withGroups(question.caller.groups())
                .withExtra(question.caller.extra())
                .withResourceAttributes(attributes);
        return client.resource(SubjectAccessReviews.DEFINITION)
                .create(SubjectAccessReview.EMPTY.withSpec(spec))
                .status()
                .allowed();
    }
}
