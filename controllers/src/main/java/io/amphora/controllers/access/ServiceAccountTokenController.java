package io.amphora.controllers.access;

import io.amphora.api.core.v1.Secret;
import io.amphora.api.core.v1.Secrets;
import io.amphora.api.core.v1.ServiceAccount;
import io.amphora.api.core.v1.ServiceAccounts;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Settings.TokenIssuer;
import io.amphora.controllers.Watches;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/// Fills in Secrets of the type `kubernetes.io/service-account-token`, which somebody made to get a token that
/// does not
/// expire, and deletes those whose ServiceAccount is gone.
///
/// @param certificates PEM
public record ServiceAccountTokenController(String certificates, TokenIssuer issuer) implements Controller<Secret> {
    private static final String TYPE = "kubernetes.io/service-account-token";
    private static final String ACCOUNT = "kubernetes.io/service-account.name";
    private static final String ACCOUNT_UID = "kubernetes.io/service-account.uid";

    @Override
    public String name() {
        return "serviceaccount-token-controller";
    }

    @Override
    public Watches<Secret> watches() {
        Target<Secret> secrets = Target.of(Secrets.DEFINITION);
        return Watches.of(Secrets.DEFINITION)
                .onlyOn(
                        ServiceAccounts.DEFINITION,
                        (before, now) -> before.uid().equals(now.uid()),
                        (account, seen) -> seen.list(secrets, account.namespace()).stream()
                                .filter(secret -> secret.type().equals(TYPE)
                                        && accountOf(secret).equals(account.name()))
                                .map(secret -> Key.of(secrets, secret))
                                .toList());
    }

    private static String accountOf(Secret secret) {
        return secret.metadata().annotations().getOrDefault(ACCOUNT, "");
    }

    @Override
    public Plan plan(Secret secret, Seen seen, Instant now) {
        if (!secret.type().equals(TYPE) || accountOf(secret).isEmpty()) return Plan.NOTHING;
        String uid = secret.metadata().annotations().getOrDefault(ACCOUNT_UID, "");
        return seen.find(ServiceAccounts.DEFINITION, secret.namespace(), accountOf(secret))
                .filter(account -> uid.isEmpty() || uid.equals(account.uid()))
                .map(account -> fillIn(secret, account))
                .orElseGet(() -> deleteUnlessThere(secret, uid));
    }

    private Plan fillIn(Secret secret, ServiceAccount account) {
        ObjectTree data = secret.tree().object("data");
        ObjectTree annotations = secret.tree().object("metadata").object("annotations");
        ObjectTree filled = withText(withText(data, "ca.crt", certificates), "namespace", secret.namespace());
        if (!filled.has("token")) filled = withText(filled, "token", issuer.issue(account, secret));
        boolean complete = filled.equals(data) && annotations.has(ACCOUNT_UID);
        if (complete) return Plan.NOTHING;
        ObjectTree made = secret.tree().with("data", filled);
        made = made.withAt(annotations.with(ACCOUNT_UID, account.uid()), "metadata", "annotations");
        return Plan.of(Action.update(Secrets.DEFINITION, Secret.of(made)));
    }

    private static ObjectTree withText(ObjectTree data, String key, String text) {
        return data.with(key, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Plan deleteUnlessThere(Secret secret, String uid) {
        var read = new Action.Read(Target.of(ServiceAccounts.DEFINITION), secret.namespace(), accountOf(secret), "");
        return Plan.of(read).then(outcomes -> {
            Outcome account = outcomes.getFirst();
            boolean other = account.findAnswer()
                    .filter(live -> !uid.isEmpty()
                            && !live.object("metadata").text("uid").equals(uid))
                    .isPresent();
            return account.isNotFound() || other ? Plan.of(Action.delete(Secrets.DEFINITION, secret)) : Plan.NOTHING;
        });
    }
}
