package io.amphora.composition.cis;

import static io.amphora.composition.cis.Check.of;

import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.util.List;

/// 3: authentication and logging.
final class ControlPlaneConfiguration {
    static final List<Check> CHECKS = List.of(
            Check.missing("3.1.1", "users have no client certificates", "administrators have; there is no OIDC yet"),
            of(
                    "3.1.2",
                    "users have no tokens of ServiceAccounts",
                    e -> noSecrets(e, "kubernetes.io/service-account-token")),
            of("3.1.3", "users have no bootstrap tokens", e -> noSecrets(e, "bootstrap.kubernetes.io/token")),
            Check.missing("3.2.1", "there is an audit policy", ApiServerChecks.NO_AUDIT),
            Check.missing("3.2.2", "the audit policy covers key concerns", ApiServerChecks.NO_AUDIT));

    private ControlPlaneConfiguration() {}

    private static Verdict noSecrets(Evidence evidence, String type) throws IOException {
        List<String> found = evidence.list("/api/v1/secrets").stream()
                .filter(secret -> secret.text("type").equals(type))
                .map(ControlPlaneConfiguration::name)
                .toList();
        return Verdict.of(found.isEmpty(), found.isEmpty() ? "no Secret of type " + type : "there are " + found);
    }

    private static String name(ObjectTree object) {
        return object.object("metadata").text("namespace") + "/"
                + object.object("metadata").text("name");
    }
}
