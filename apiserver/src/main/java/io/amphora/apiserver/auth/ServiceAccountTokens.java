package io.amphora.apiserver.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Secrets;
import io.amphora.api.core.v1.ServiceAccounts;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Issues and checks the tokens of service accounts: signed JSON web tokens, bound to an account and maybe to a
/// Pod, a Secret or a Node, worth nothing once that is gone (KEP-1205).
public final class ServiceAccountTokens implements TokenAuthenticator {
    /// Of the signatures.
    public static final String ALGORITHM = JWSAlgorithm.ES256.getName();

    private static final String PRIVATE = "kubernetes.io";
    private static final Duration AFTER_DELETION = Duration.ofMinutes(1);

    private final String issuer;
    private final ECPublicKey publicKey;
    private final String keyId;
    private final ECPrivateKey privateKey;
    private final Supplier<Snapshot> cluster;
    private final Clock clock;
    private final Randomness randomness;

    /// @param issuer the `iss` of tokens, and the audience of those that name none
    public ServiceAccountTokens(
            String issuer,
            ECPublicKey publicKey,
            ECPrivateKey privateKey,
            Supplier<Snapshot> cluster,
            Clock clock,
            Randomness randomness) {
        this.issuer = issuer;
        this.publicKey = publicKey;
        this.keyId = keyId(publicKey);
        this.privateKey = privateKey;
        this.cluster = cluster;
        this.clock = clock;
        this.randomness = randomness;
    }

    /// By which others find the key that checks a token: a digest of the key, so that it lasts as long as that.
    private static String keyId(ECPublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public String issuer() {
        return issuer;
    }

    /// The key by which anybody can check a token (RFC 7517).
    public ObjectTree publicJwk() {
        ECKey key = new ECKey.Builder(Curve.P_256, publicKey)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.ES256)
                .keyID(keyId)
                .build();
        return ObjectTree.of(
                "use", key.getKeyUse().identifier(),
                "kty", key.getKeyType().getValue(),
                "kid", key.getKeyID(),
                "crv", key.getCurve().getName(),
                "alg", key.getAlgorithm().getName(),
                "x", key.getX().toString(),
                "y", key.getY().toString());
    }

    /// What a token is bound to besides its account; the kind is `Pod`, `Secret` or `Node`.
    ///
    /// @param nodeName the node of a bound Pod, "" where there is none
    /// @param nodeUid that node's, likewise
    public record Bound(String kind, String name, String uid, String nodeName, String nodeUid) {}

    public record Issued(String token, Instant expires) {}

    public Issued issue(
            String namespace,
            String account,
            String uid,
            List<String> audiences,
            Duration life,
            Optional<Bound> bound) {
        Instant now = clock.now();
        Instant expires = now.plus(life);
        var kubernetes = new LinkedHashMap<String, Object>();
        kubernetes.put("namespace", namespace);
        kubernetes.put("serviceaccount", Map.of("name", account, "uid", uid));
        bound.ifPresent(to -> {
            kubernetes.put(to.kind().toLowerCase(Locale.ROOT), Map.of("name", to.name(), "uid", to.uid()));
            if (!to.nodeName().isEmpty()) kubernetes.put("node", Map.of("name", to.nodeName(), "uid", to.nodeUid()));
        });
        var claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(new ServiceAccountName(namespace, account).user())
                .audience(audiences.isEmpty() ? List.of(issuer) : audiences)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(expires))
                .jwtID(randomness.uuid().toString())
                .claim(PRIVATE, kubernetes)
                .build();
        try {
            var token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(keyId).build(), claims);
            token.sign(new ECDSASigner(privateKey));
            return new Issued(token.serialize(), expires);
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public Optional<User> authenticate(String token, List<String> audiences) {
        JWTClaimsSet claims;
        try {
            SignedJWT parsed = SignedJWT.parse(token);
            claims = parsed.getJWTClaimsSet();
            if (!issuer.equals(claims.getIssuer())) return Optional.empty();
            if (!parsed.verify(new ECDSAVerifier(publicKey))) throw refused("invalid signature");
        } catch (ParseException | JOSEException none) {
            return Optional.empty();
        }
        List<String> wanted = audiences.isEmpty() ? List.of(issuer) : audiences;
        if (claims.getAudience().stream().noneMatch(wanted::contains))
            throw refused("token audiences " + quoted(claims.getAudience()) + " is invalid for the target audiences "
                    + quoted(wanted));
        if (!claims.getExpirationTime().toInstant().isAfter(clock.now()))
            throw refused("service account token has expired");
        return Optional.of(user(claims));
    }

    private static String quoted(List<String> audiences) {
        return audiences.stream().map(GoText::quote).collect(Collectors.joining(" ", "[", "]"));
    }

    @Override
    public List<String> audiences(String token, List<String> asked) {
        try {
            List<String> its = SignedJWT.parse(token).getJWTClaimsSet().getAudience();
            return its.stream().filter(asked::contains).toList();
        } catch (ParseException none) {
            return List.of();
        }
    }

    private User user(JWTClaimsSet claims) {
        Map<?, ?> kubernetes = map(claims.getClaim(PRIVATE));
        String namespace = text(kubernetes, "namespace");
        Map<?, ?> account = map(kubernetes.get("serviceaccount"));
        Snapshot now = cluster.get();
        requireSame(now.find(ServiceAccounts.DEFINITION, namespace, text(account, "name")), account, "service account");
        var extra = new LinkedHashMap<String, List<String>>();
        extra.put("authentication.kubernetes.io/credential-id", List.of("JTI=" + claims.getJWTID()));
        Map<?, ?> pod = map(kubernetes.get("pod"));
        if (!pod.isEmpty()) {
            requireSame(now.find(Pods.DEFINITION, namespace, text(pod, "name")), pod, "pod");
            extra.put("authentication.kubernetes.io/pod-name", List.of(text(pod, "name")));
            extra.put("authentication.kubernetes.io/pod-uid", List.of(text(pod, "uid")));
        }
        Map<?, ?> secret = map(kubernetes.get("secret"));
        if (!secret.isEmpty())
            requireSame(now.find(Secrets.DEFINITION, namespace, text(secret, "name")), secret, "secret");
        Map<?, ?> node = map(kubernetes.get("node"));
        if (!node.isEmpty()) {
            if (pod.isEmpty()) requireSame(now.find(Nodes.DEFINITION, "", text(node, "name")), node, "node");
            extra.put("authentication.kubernetes.io/node-name", List.of(text(node, "name")));
            extra.put("authentication.kubernetes.io/node-uid", List.of(text(node, "uid")));
        }
        var name = new ServiceAccountName(namespace, text(account, "name"));
        return new User(name.user(), text(account, "uid"), name.groups(), extra);
    }

    private void requireSame(Optional<Stored> stored, Map<?, ?> named, String what) {
        boolean same = stored.map(Stored::metadata)
                .filter(metadata -> metadata.text("uid").equals(text(named, "uid")))
                .filter(metadata -> !isLongDeleted(metadata.text("deletionTimestamp")))
                .isPresent();
        if (!same) throw refused(what + " " + text(named, "name") + " has been deleted");
    }

    /// What is being deleted has until its `deletionTimestamp` to end in order, and finalizers may hold it for ever
    /// after that.
    private boolean isLongDeleted(String deletionTimestamp) {
        return !deletionTimestamp.isEmpty()
                && Instant.parse(deletionTimestamp).isBefore(clock.now().minus(AFTER_DELETION));
    }

    private static Map<?, ?> map(@Nullable Object claim) {
        return claim instanceof Map<?, ?> map ? map : Map.of();
    }

    private static String text(Map<?, ?> map, String name) {
        return map.get(name) instanceof String text ? text : "";
    }

    private static ApiException refused(String why) {
        return ApiException.of(401, "Unauthorized", why);
    }
}
