package io.amphora.e2e;

import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.GoldenCase;
import io.amphora.apiserver.testing.GoldenCases;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.client.Client;
import io.amphora.composition.Pki;
import io.amphora.controllers.ControllerManager;
import io.amphora.controllers.Controllers;
import io.amphora.controllers.Metrics;
import io.amphora.controllers.Settings;
import io.amphora.controllers.simulation.SimulatedNodes;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.scheduler.Scheduler;
import io.amphora.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Replays recorded conversations with a real Kubernetes against servers in this process, each with just the
/// controllers that the
/// recording had.
///
/// The cases that pass are listed in `golden/passing.txt`. None on it may fail, and it only grows: `main` with
/// `update` adds
/// to it what passes now.
public final class RecordedConversations {
    /// Beside the repository; not part of it.
    static final Path CASES = Path.of("../../shared/golden/cases");

    static final Path PASSING = Path.of("golden/passing.txt");

    private static final int SERVERS = 6;

    /// How long a step waits for what it wants to see: as the recordings did, and shorter when much is expected
    /// to fail.
    private static final Duration AS_RECORDED = Duration.ofSeconds(30);

    private static final Duration SHORTER = Duration.ofSeconds(8);

    private static final Settings SETTINGS = new Settings("-----BEGIN CERTIFICATE-----\n")
            .withTokens((account, secret) -> "token of " + account.name())
            .withAuthority(new Pki(Path.of("target", "pki"), Clock.system(), Randomness.system()).signer());

    /// What runs besides the server, by what a case needs.
    private static final Map<String, List<String>> CONTROLLERS = Map.of(
            "api",
            List.of(
                    "serviceaccount-controller",
                    "root-ca-certificate-publisher-controller",
                    "namespace-controller",
                    "garbage-collector-controller",
                    "clusterrole-aggregation-controller"),
            "controllers",
            List.of("*"),
            "nodes",
            List.of("*"));

    private RecordedConversations() {}

    /// @return of each case, by id, what was different; an empty list for one that passed
    static Map<String, List<String>> replay(List<GoldenCase> cases) throws InterruptedException {
        return replay(cases, AS_RECORDED);
    }

    private static Map<String, List<String>> replay(List<GoldenCase> cases, Duration patience)
            throws InterruptedException {
        var results = new TreeMap<String, List<String>>();
        for (String needs : CONTROLLERS.keySet()) {
            List<GoldenCase> some =
                    cases.stream().filter(each -> each.needs().equals(needs)).toList();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < Math.min(SERVERS, some.size()); i++) {
                var share = new ArrayList<GoldenCase>();
                for (int j = i; j < some.size(); j += SERVERS) share.add(some.get(j));
                threads.add(Thread.ofPlatform().start(() -> {
                    Map<String, List<String>> found = replay(share, needs, patience);
                    synchronized (results) {
                        results.putAll(found);
                    }
                }));
            }
            for (Thread thread : threads) thread.join();
        }
        return results;
    }

    private static Map<String, List<String>> replay(List<GoldenCase> cases, String needs, Duration patience) {
        Clock clock = Clock.system();
        var admin = new User("admin", "admin", List.of(User.MASTERS), Map.of());
        ApiServerConfig config = ApiServerConfig.standard()
                .withPlugins(Plugins.standard(Randomness.system()))
                .withServiceAccounts(serviceAccountKeys())
                .withTokens(
                        List.of((token, audiences) -> token.equals("admin") ? Optional.of(admin) : Optional.empty()));
        try (ApiServer server = ApiServer.start(new MemoryStore(), config);
                var manager = new ControllerManager(
                        new Client(server.transport(User.ADMIN), "kube-controller-manager"),
                        clock,
                        Metrics.NONE,
                        Controllers.select(CONTROLLERS.getOrDefault(needs, List.of()), SETTINGS));
                var scheduler = new Scheduler(
                        new Client(server.transport(User.ADMIN), "kube-scheduler"), clock, Randomness.system());
                var nodes = new SimulatedNodes(new Client(server.transport(User.ADMIN), "kubelet"), clock, 3)) {
            manager.start();
            if (needs.equals("nodes")) {
                scheduler.start();
                nodes.start();
            }
            var http = new InMemoryHttp(server.http(), Map.of("Authorization", "Bearer admin"), clock);
            var results = new TreeMap<String, List<String>>();
            GoldenCases.replay(
                    cases,
                    http,
                    clock,
                    patience,
                    namespace -> awaitServiceAccount(http, namespace, clock),
                    results::put);
            return results;
        }
    }

    private static ApiServerConfig.ServiceAccountKeys serviceAccountKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var keys = generator.generateKeyPair();
            return new ApiServerConfig.ServiceAccountKeys(
                    "https://kubernetes.default.svc.cluster.local", (ECPublicKey) keys.getPublic(), (ECPrivateKey)
                            keys.getPrivate());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void awaitServiceAccount(InMemoryHttp http, String namespace, Clock clock) {
        String path = "/api/v1/namespaces/" + namespace + "/serviceaccounts/default";
        for (int i = 0;
                i < 1000 && http.call("GET", path, Map.of(), new byte[0]).code() != 200;
                i++) {
            try {
                clock.sleep(Duration.ofMillis(10));
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }
    }

    static List<String> passing() throws IOException {
        return Files.readAllLines(PASSING).stream()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /// Prints what fails and why; with `update`, adds what passes to the list; with `patient`, waits as the
    /// recordings did. Further arguments are beginnings
    /// of ids.
    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        List<String> prefixes = words.stream()
                .filter(word -> !word.equals("update") && !word.equals("patient"))
                .toList();
        List<GoldenCase> cases = GoldenCases.below(CASES).stream()
                .filter(each -> prefixes.isEmpty() || prefixes.stream().anyMatch(each.id()::startsWith))
                .toList();
        Map<String, List<String>> results = replay(cases, words.contains("patient") ? AS_RECORDED : SHORTER);
        var listed = new TreeSet<>(Files.exists(PASSING) ? passing() : List.of());
        results.forEach((id, differences) -> {
            if (differences.isEmpty()) {
                listed.add(id);
                return;
            }
            System.out.println((listed.contains(id) ? "LOST " : "FAIL ") + id);
            differences.stream().limit(6).forEach(line -> System.out.println("    " + line));
        });
        if (words.contains("update")) Files.write(PASSING, listed);
        long passed = results.values().stream().filter(List::isEmpty).count();
        System.out.println(passed + " passed, " + (results.size() - passed) + " failed");
        System.exit(0);
    }
}
