package io.amphora.composition;

import io.amphora.api.core.v1.Secret;
import io.amphora.api.core.v1.Secrets;
import io.amphora.client.Client;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a machine joins with: a bootstrap token, and the hash of the cluster's CA that it knows the server by.
///
/// ```
///   abcdef.0123456789abcdef.4f1c…e9      id . secret . SHA-256 of the CA's public key
/// ```
record JoinToken(String id, String secret, String pin) {
    /// Of a token that somebody carries to another machine.
    static final Duration A_DAY = Duration.ofHours(24);

    private static final Pattern FORM = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})\\.([0-9a-f]{64})");
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

    static JoinToken parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches())
            throw new UserError("this is no join token; make one with `amphora token create` beside the server");
        return new JoinToken(form.group(1), form.group(2), form.group(3));
    }

    /// Makes a token that is good for some time, and tells the cluster of it.
    static JoinToken create(Client client, Pki pki, Duration life, Clock clock, Randomness randomness) {
        var token = new JoinToken(letters(6, randomness), letters(16, randomness), pki.pin());
        Map<String, String> data = Map.of(
                "token-id", token.id(),
                "token-secret", token.secret(),
                "usage-bootstrap-authentication", "true",
                "expiration",
                        clock.now().plus(life).truncatedTo(ChronoUnit.SECONDS).toString());
        var encoded = ObjectTree.builder();
        data.forEach((name, value) ->
                encoded.put(name, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        ObjectTree secret = ObjectTree.of(
                "apiVersion", "v1",
                "kind", "Secret",
                "metadata", ObjectTree.of("name", token.secretName(), "namespace", "kube-system"),
                "type", "bootstrap.kubernetes.io/token",
                "data", encoded.build());
        client.resource(Secrets.DEFINITION).create(Secret.of(secret));
        return token;
    }

    /// From now on nobody can join with it.
    void revoke(Client client) {
        client.resource(Secrets.DEFINITION).inNamespace("kube-system").delete(secretName());
    }

    private String secretName() {
        return "bootstrap-token-" + id;
    }

    private static String letters(int count, Randomness randomness) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) text.append(LETTERS.charAt(randomness.below(LETTERS.length())));
        return text.toString();
    }

    /// The bearer token that the server knows.
    String bearer() {
        return id + "." + secret;
    }

    String text() {
        return bearer() + "." + pin;
    }
}
