package io.amphora.apiserver.chain;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.TokenAuthenticator;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.time.Clock;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// Finds out who asks: by client certificate (CN is the name, each O a group), else by bearer token, else
/// nobody in particular.
public final class Authentication {
    private final List<TokenAuthenticator> tokens;
    private final boolean anonymous;
    private final Clock clock;
    /// A connection shows the same certificate with every request; who it is, is forgotten with the connection.
    private final Map<X509Certificate, User> known = Collections.synchronizedMap(new WeakHashMap<>());

    /// @param anonymous whether those without credentials may go on as `system:anonymous`
    public Authentication(List<TokenAuthenticator> tokens, boolean anonymous, Clock clock) {
        this.tokens = List.copyOf(tokens);
        this.anonymous = anonymous;
        this.clock = clock;
    }

    public User authenticate(ApiRequest request, Credentials credentials) {
        return switch (credentials) {
            case Credentials.Known(var user) -> user;
            case Credentials.Connection(var certificates) -> {
                if (areCurrent(certificates)) yield ofConnection(certificates.getFirst());
                String token = BearerToken.of(request);
                if (!token.isEmpty()) yield ofToken(token);
                if (anonymous && certificates.isEmpty()) yield User.ANONYMOUS;
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

    private User ofConnection(X509Certificate certificate) {
        return known.computeIfAbsent(certificate, Authentication::ofCertificate);
    }

    /// Whose token it is, for TokenReviews as well.
    public Optional<User> findByToken(String token, List<String> audiences) {
        for (TokenAuthenticator authenticator : tokens) {
            Optional<User> user = authenticator.authenticate(token, audiences);
            if (user.isPresent()) return user.map(known -> known.with(User.AUTHENTICATED));
        }
        return Optional.empty();
    }

    private User ofToken(String token) {
        try {
            return findByToken(token, List.of()).orElseThrow(Authentication::unauthorized);
        } catch (ApiException bad) {
            throw unauthorized(); // what exactly is wrong with a token is not the stranger's business
        }
    }

    static User ofCertificate(X509Certificate certificate) {
        String name = "";
        String uid = "";
        var groups = new ArrayList<String>();
        for (Rdn part : parts(certificate)) {
            switch (part.getType()) {
                case "CN" -> name = part.getValue().toString();
                case "O" -> groups.add(part.getValue().toString());
                case "1.3.6.1.4.1.57683.2" -> uid = part.getValue().toString(); // the UID attribute of KEP-5295
                default -> {}
            }
        }
        if (name.isEmpty()) throw unauthorized();
        return new User(name, uid, groups.reversed(), Map.of()).with(User.AUTHENTICATED);
    }

    /// RFC 2253 spells a name from its end, so the groups come in reverse.
    private static List<Rdn> parts(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns()
                    .reversed();
        } catch (InvalidNameException malformed) {
            throw unauthorized();
        }
    }

    private static ApiException unauthorized() {
        return ApiException.of(401, "Unauthorized", "Unauthorized");
    }
}
