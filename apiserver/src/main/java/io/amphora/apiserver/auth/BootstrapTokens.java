package io.amphora.apiserver.auth;

import io.amphora.api.core.v1.Secret;
import io.amphora.api.core.v1.Secrets;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.machinery.time.Clock;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tokens that a machine joins with: `abcdef.0123456789abcdef`, each a Secret `bootstrap-token-abcdef` of
/// kube-system.
public final class BootstrapTokens implements TokenAuthenticator {
    private static final Pattern FORM = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");
    private static final String TYPE = "bootstrap.kubernetes.io/token";

    private final Supplier<Snapshot> cluster;
    private final Clock clock;

    public BootstrapTokens(Supplier<Snapshot> cluster, Clock clock) {
        this.cluster = cluster;
        this.clock = clock;
    }

    @Override
    public Optional<User> authenticate(String token, List<String> audiences) {
        Matcher form = FORM.matcher(token);
        if (!form.matches()) return Optional.empty();
        String id = form.group(1);
        return cluster.get()
                .find(Secrets.DEFINITION, "kube-system", "bootstrap-token-" + id)
                .map(stored -> Secret.of(stored.tree()))
                .filter(secret -> secret.type().equals(TYPE))
                .filter(secret -> isGood(secret, id, form.group(2)))
                .map(secret -> new User("system:bootstrap:" + id, "", groups(secret), Map.of()));
    }

    private boolean isGood(Secret secret, String id, String given) {
        boolean same = MessageDigest.isEqual(
                value(secret, "token-secret").getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
        return same
                && value(secret, "token-id").equals(id)
                && value(secret, "usage-bootstrap-authentication").equals("true")
                && !isExpired(value(secret, "expiration"))
                && !secret.metadata().tree().has("deletionTimestamp");
    }

    private boolean isExpired(String expiration) {
        if (expiration.isEmpty()) return false;
        try {
            return !clock.now().isBefore(Instant.parse(expiration));
        } catch (DateTimeParseException malformed) {
            return true;
        }
    }

    private static List<String> groups(Secret secret) {
        var groups = new ArrayList<>(List.of("system:bootstrappers"));
        for (String extra : value(secret, "auth-extra-groups").split(","))
            if (extra.startsWith("system:bootstrappers:")) groups.add(extra);
        return groups;
    }

    private static String value(Secret secret, String key) {
        String encoded = secret.tree().object("data").text(key);
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }
}
