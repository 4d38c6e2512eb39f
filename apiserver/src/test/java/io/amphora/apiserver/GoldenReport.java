package io.amphora.apiserver;

import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.GoldenCase;
import io.amphora.apiserver.testing.GoldenCases;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.MemoryStore;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Prints which recorded conversations go the same way with this server, and where the others part:
/// `GoldenReport FOLDER [PREFIX]`.
final class GoldenReport {
    private GoldenReport() {}

    private static ApiServerConfig.ServiceAccountKeys keys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var pair = generator.generateKeyPair();
            return new ApiServerConfig.ServiceAccountKeys(
                    "https://kubernetes.default.svc.cluster.local", (ECPublicKey) pair.getPublic(), (ECPrivateKey)
                            pair.getPrivate());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public static void main(String[] args) {
        String prefix = args.length > 1 ? args[1] : "";
        List<GoldenCase> cases = GoldenCases.below(Path.of(args[0])).stream()
                .filter(each -> each.id().startsWith(prefix) && each.needs().equals("api"))
                .toList();
        Clock clock = Clock.system();
        var admin = new User("admin", "admin", List.of(User.MASTERS), Map.of());
        ApiServerConfig config = ApiServerConfig.standard()
                .withPlugins(Plugins.standard(Randomness.system()))
                .withServiceAccounts(keys())
                .withTokens(
                        List.of((token, audiences) -> token.equals("golden") ? Optional.of(admin) : Optional.empty()));
        try (ApiServer server = ApiServer.start(new MemoryStore(), config)) {
            var http = new InMemoryHttp(server.http(), Map.of("Authorization", "Bearer golden"), clock);
            int[] passed = {0};
            GoldenCases.replay(
                    cases,
                    http,
                    clock,
                    Duration.ofSeconds(2),
                    namespace -> http.call(
                            "POST",
                            "/api/v1/namespaces/" + namespace + "/serviceaccounts",
                            Map.of("Content-Type", "application/json"),
                            Json.bytes(ObjectTree.of("metadata", ObjectTree.of("name", "default")))),
                    (id, lines) -> {
                        if (lines.isEmpty()) passed[0]++;
                        System.out.println((lines.isEmpty() ? "PASS " : "FAIL ") + id);
                        lines.stream().limit(8).forEach(line -> System.out.println("    " + line));
                    });
            System.out.println(passed[0] + " passed, " + (cases.size() - passed[0]) + " failed");
        }
        System.exit(0);
    }
}
