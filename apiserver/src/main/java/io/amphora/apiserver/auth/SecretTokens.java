package io.amphora.apiserver.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Secret;
import io.amphora.api.core.v1.Secrets;
import io.amphora.api.core.v1.ServiceAccount;
import io.amphora.api.core.v1.ServiceAccounts;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.apiserver.state.Stored;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The tokens in Secrets of the type `kubernetes.io/service-account-token`: they never expire, and are good
/// as long as that Secret holds them and its ServiceAccount is there.
///
/// @param issuer of the other tokens of service accounts: the audience that these have, too
public record SecretTokens(String issuer, ECPublicKey publicKey, Supplier<Snapshot> cluster)
        implements TokenAuthenticator {
    private static final String ISSUER = "kubernetes/serviceaccount";
    private static final String NAMESPACE = "kubernetes.io/serviceaccount/namespace";
    private static final String SECRET = "kubernetes.io/serviceaccount/secret.name";
    private static final String ACCOUNT = "kubernetes.io/serviceaccount/service-account.name";
    private static final String UID = "kubernetes.io/serviceaccount/service-account.uid";

    public static String issue(ECPrivateKey key, ServiceAccount account, Secret secret) {
        var claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject(new ServiceAccountName(account.namespace(), account.name()).user())
                .claim(NAMESPACE, account.namespace())
                .claim(SECRET, secret.name())
                .claim(ACCOUNT, account.name())
                .claim(UID, account.uid())
                .build();
        try {
            var token = new SignedJWT(new JWSHeader(JWSAlgorithm.ES256), claims);
            token.sign(new ECDSASigner(key));
            return token.serialize();
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public Optional<User> authenticate(String token, List<String> audiences) {
        try {
            SignedJWT parsed = SignedJWT.parse(token);
            JWTClaimsSet claims = parsed.getJWTClaimsSet();
            if (!ISSUER.equals(claims.getIssuer())) return Optional.empty();
            if (!parsed.verify(new ECDSAVerifier(publicKey))) throw refused("invalid signature");
            if (!audiences.isEmpty() && !audiences.contains(issuer)) throw refused("invalid audience");
            return Optional.of(user(claims, token));
        } catch (ParseException | JOSEException none) {
            return Optional.empty();
        }
    }

    private User user(JWTClaimsSet claims, String token) throws ParseException {
        String namespace = text(claims, NAMESPACE);
        var name = new ServiceAccountName(namespace, text(claims, ACCOUNT));
        if (!name.user().equals(claims.getSubject())) throw refused("sub claim does not match the account");
        Snapshot now = cluster.get();
        Stored secret = now.find(Secrets.DEFINITION, namespace, text(claims, SECRET))
                .filter(SecretTokens::stays)
                .orElseThrow(() -> refused("service account token has been invalidated"));
        if (!holds(secret, token)) throw refused("service account token does not match server's copy");
        String uid = text(claims, UID);
        boolean same = now.find(ServiceAccounts.DEFINITION, namespace, name.name())
                .filter(SecretTokens::stays)
                .filter(account -> account.metadata().text("uid").equals(uid))
                .isPresent();
        if (!same) throw refused("service account " + namespace + "/" + name.name() + " has been deleted");
        return new User(name.user(), uid, name.groups(), Map.of());
    }

    private static boolean holds(Stored secret, String token) {
        String held = secret.tree().object("data").text("token");
        return MessageDigest.isEqual(Base64.getDecoder().decode(held), token.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean stays(Stored stored) {
        return stored.metadata().text("deletionTimestamp").isEmpty();
    }

    private static String text(JWTClaimsSet claims, String name) throws ParseException {
        String text = claims.getStringClaim(name);
        return text == null ? "" : text;
    }

    private static ApiException refused(String why) {
        return ApiException.of(401, "Unauthorized", "Unauthorized: " + why);
    }
}
