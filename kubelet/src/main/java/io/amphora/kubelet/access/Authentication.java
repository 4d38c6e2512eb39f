package io.amphora.kubelet.access;

import io.amphora.api.ApiException;
import io.amphora.api.authentication.v1.TokenReview;
import io.amphora.api.authentication.v1.TokenReviewStatus;
import io.amphora.api.authentication.v1.TokenReviews;
import io.amphora.client.Client;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.x509.ClientCertificates;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out who asks: by client certificate, else by bearer token, which the API server knows.
/// Nobody is anonymous here.
final class Authentication {
    private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);
    private static final String BEARER = "bearer ";

    /// The kubelet's `authentication.webhook.cacheTTL`.
    private static final Duration GOOD_FOR = Duration.ofMinutes(2);

    private static final int MOST = 1024;

    private final Client client;
    private final Clock clock;
    /// By the tokens' hashes; empty for what is no token.
    private final Remembered<String, Optional<Caller>> reviews;

    Authentication(Client client, Clock clock) {
        this.client = client;
        this.clock = clock;
        this.reviews = new Remembered<>(clock, MOST);
    }

    /// @param chain that the caller proved to own, verified by TLS; empty for none
    /// @param authorization the header of that name
    Optional<Caller> find(List<X509Certificate> chain, String authorization) {
        return chain.stream()
                .findFirst()
                .flatMap(this::findByCertificate)
                .or(() -> token(authorization).flatMap(this::findByToken));
    }

    /// A connection may last longer than its certificate.
    private Optional<Caller> findByCertificate(X509Certificate certificate) {
        if (certificate.getNotAfter().toInstant().isBefore(clock.now())) return Optional.empty();
        try {
            return Optional.of(Caller.of(ClientCertificates.subject(certificate)));
        } catch (IllegalArgumentException nobody) {
            return Optional.empty();
        }
    }

    private static Optional<String> token(String authorization) {
        String header = authorization.strip();
        if (!header.regionMatches(true, 0, BEARER, 0, BEARER.length())) return Optional.empty();
        return Optional.of(header.substring(BEARER.length()).strip()).filter(token -> !token.isEmpty());
    }

    private Optional<Caller> findByToken(String token) {
        String hash = hash(token);
        Optional<Optional<Caller>> known = reviews.find(hash);
        if (known.isPresent()) return known.get();
        try {
            Optional<Caller> caller = Reviews.ask(clock, () -> review(token));
            reviews.put(hash, caller, GOOD_FOR);
            return caller;
        } catch (ApiException unanswered) {
            LOG.warn("unable to authenticate a request: {}", unanswered.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Caller> review(String token) {
        var spec = TokenReview.EMPTY.spec().withToken(token);
        TokenReviewStatus status = client.resource(TokenReviews.DEFINITION)
                .create(TokenReview.EMPTY.withSpec(spec))
                .status();
        return status.authenticated() ? Optional.of(Caller.of(status.user())) : Optional.empty();
    }

    private static String hash(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
