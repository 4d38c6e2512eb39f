package io.amphora.apiserver.chain;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.NodeClaims;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.TokenAuthenticator;
import io.amphora.apiserver.auth.TokenOwner;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.x509.ClientCertificates;
import io.amphora.machinery.x509.Subject;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;

/// Finds out who asks: by client certificate (CN is the name, each O a group), else by bearer token, else
/// nobody in particular.
public final class Authentication {
    /// What must be readable without credentials all the same: probes have none, and a machine that joins reads
    /// whom it may believe (as kubeadm has it).
    private static final Set<String> OPEN =
            Set.of("/healthz", "/livez", "/readyz", "/api/v1/namespaces/kube-public/configmaps/cluster-info");

    private final List<TokenAuthenticator> tokens;
    private final List<String> audiences;
    private final boolean anonymous;
    private final Clock clock;
    /// A connection shows the same certificate with every request; who it is, is forgotten with the connection.
    private final Map<X509Certificate, Known> known = Collections.synchronizedMap(new WeakHashMap<>());

    /// @param source where it came from when the user was made; a node carries it with it
    private record Known(User user, InetAddress source) {}

    /// @param audiences for whom tokens are that are for this server
    /// @param anonymous whether those without credentials may go on as `system:anonymous`; else only where nothing
    /// works without
    public Authentication(List<TokenAuthenticator> tokens, List<String> audiences, boolean anonymous, Clock clock) {
        this.tokens = List.copyOf(tokens);
        this.audiences = List.copyOf(audiences);
        this.anonymous = anonymous;
        this.clock = clock;
    }

    public User authenticate(ApiRequest request, Credentials credentials) {
        return switch (credentials) {
            case Credentials.Known(var user) -> user;
            case Credentials.Connection(var certificates, var source) -> {
                if (areCurrent(certificates)) {
                    Optional<User> user = findByCertificate(certificates.getFirst(), source);
                    if (user.isPresent()) yield user.get();
                }
                String token = BearerToken.of(request);
                if (!token.isEmpty()) yield ofToken(token);
                if ((anonymous || OPEN.contains(request.path())) && certificates.isEmpty()) yield User.ANONYMOUS;
                throw unauthorized();
            }
        };
    }

    /// TLS looks at this only when a connection begins, which may be long ago.
    private boolean areCurrent(List<X509Certificate> chain) {
        if (chain.isEmpty()) return false;
        Instant now = clock.now();
        for (X509Certificate certificate : chain)
            if (now.isBefore(certificate.getNotBefore().toInstant())
                    || now.isAfter(certificate.getNotAfter().toInstant())) return false;
        return true;
    }

    private Optional<User> findByCertificate(X509Certificate certificate, InetAddress source) {
        Known before = known.get(certificate);
        if (before != null && before.source.equals(source)) return Optional.of(before.user);
        Optional<User> user = ofCertificate(certificate)
                .map(each -> each.in(User.NODES) ? each.with(NodeClaims.SOURCE, text(source)) : each);
        user.ifPresent(each -> known.put(certificate, new Known(each, source)));
        return user;
    }

    private static String text(InetAddress source) {
        return IpAddress.of(source.getAddress()).toString();
    }

    /// Whose a token is.
    ///
    /// @param asked for whom the token has to be; empty for this server
    public Optional<TokenOwner> review(String token, List<String> asked) {
        for (TokenAuthenticator authenticator : tokens) {
            Optional<User> user = authenticator.authenticate(token, asked);
            if (user.isEmpty()) continue;
            List<String> its = authenticator.audiences(token, asked.isEmpty() ? audiences : asked);
            return user.map(known -> new TokenOwner(known.with(User.AUTHENTICATED), its));
        }
        return Optional.empty();
    }

    private Optional<User> findByToken(String token) {
        for (TokenAuthenticator authenticator : tokens) {
            Optional<User> user = authenticator.authenticate(token, List.of());
            if (user.isPresent()) return user.map(known -> known.with(User.AUTHENTICATED));
        }
        return Optional.empty();
    }

    private User ofToken(String token) {
        try {
            return findByToken(token).orElseThrow(Authentication::unauthorized);
        } catch (ApiException bad) {
            throw unauthorized(); // what exactly is wrong with a token is not the stranger's business
        }
    }

    /// Empty when it is no certificate by which somebody authenticates.
    static Optional<User> ofCertificate(X509Certificate certificate) {
        try {
            Subject subject = ClientCertificates.subject(certificate);
            var user = new User(subject.commonName(), subject.uid(), subject.organizations(), Map.of());
            return Optional.of(user.with(User.AUTHENTICATED));
        } catch (IllegalArgumentException nobody) {
            return Optional.empty();
        }
    }

    private static ApiException unauthorized() {
        return ApiException.of(401, "Unauthorized", "Unauthorized");
    }
}
