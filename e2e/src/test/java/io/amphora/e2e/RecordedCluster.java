package io.amphora.e2e;

import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.AdmissionPlugin;
import io.amphora.apiserver.admission.NotEnforced;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.auth.Components;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.apiserver.testing.RawServer;
import io.amphora.client.Client;
import io.amphora.composition.Pki;
import io.amphora.controllers.ControllerManager;
import io.amphora.controllers.Controllers;
import io.amphora.controllers.Metrics;
import io.amphora.controllers.Settings;
import io.amphora.controllers.simulation.SimulatedNodes;
import io.amphora.http.HttpServer;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.scheduler.Scheduler;
import io.amphora.store.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A cluster in this process with just what a recording had: a server over the memory store and, by what the
/// recording needs, some controllers or all of them, the scheduler, three simulated nodes.
final class RecordedCluster implements AutoCloseable {
    /// The administrator of the recorded conversations and command lines, by whose token he comes.
    static final String TOKEN = "admin";

    /// The one of the recorded grid.
    private static final String GRID_TOKEN = "kubernetes-admin";

    private static final Map<String, User> ADMINISTRATORS = Map.of(
            TOKEN, new User("admin", "admin", List.of(User.MASTERS), Map.of()),
            GRID_TOKEN, new User("kubernetes-admin", "", List.of(User.MASTERS), Map.of()));

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

    private final Clock clock = Clock.system();
    private final ApiServer server;
    private final ControllerManager controllers;
    private final Scheduler scheduler;
    private final SimulatedNodes nodes;
    private final RawServer http;

    private RecordedCluster(String needs) {
        server = ApiServer.start(
                new MemoryStore(),
                ApiServerConfig.standard()
                        .withPlugins(plugins())
                        .withServiceAccounts(serviceAccountKeys())
                        .withTokens(List.of((token, audiences) -> Optional.ofNullable(ADMINISTRATORS.get(token)))));
        controllers = new ControllerManager(
                client(Components.CONTROLLER_MANAGER, "kube-controller-manager"),
                account -> client(Components.controller(account), "kube-controller-manager"),
                clock,
                Metrics.NONE,
                Controllers.select(CONTROLLERS.getOrDefault(needs, List.of()), SETTINGS));
        scheduler = new Scheduler(client(Components.SCHEDULER, "kube-scheduler"), clock, Randomness.system());
        nodes = new SimulatedNodes(client(Components.SIMULATED_NODES, "kubelet"), clock, 3);
        http = http(TOKEN);
        controllers.start();
        if (!needs.equals("nodes")) return;
        scheduler.start();
        nodes.start();
    }

    /// @param needs what is to run: `api`, `controllers`, `nodes`
    static RecordedCluster start(String needs) {
        return new RecordedCluster(needs);
    }

    private Client client(User user, String name) {
        return new Client(new RightsCheck(server.transport(user), user), name);
    }

    /// What was recorded enforces everything, and so warned of nothing.
    private static List<AdmissionPlugin> plugins() {
        return Plugins.standard(Randomness.system()).stream()
                .filter(plugin -> !(plugin instanceof NotEnforced))
                .toList();
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

    /// The server as the administrator sees it, without a socket.
    RawServer http() {
        return http;
    }

    /// As the administrator of the recorded grid.
    RawServer gridHttp() {
        return http(GRID_TOKEN);
    }

    private RawServer http(String token) {
        return new InMemoryHttp(server.http(), Map.of("Authorization", "Bearer " + token), clock);
    }

    Clock clock() {
        return clock;
    }

    /// The same server on a free port of the loopback interface; the administrator's token is [#TOKEN].
    HttpServer listen() {
        try {
            return HttpServer.start(HttpServer.Options.on("127.0.0.1", 0), server.http());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void createNamespace(String name) {
        ObjectTree object =
                ObjectTree.of("apiVersion", "v1", "kind", "Namespace", "metadata", ObjectTree.of("name", name));
        http.call("POST", "/api/v1/namespaces", Map.of("Content-Type", "application/json"), Json.bytes(object));
        awaitServiceAccount(name);
        await("/api/v1/namespaces/" + name + "/configmaps/kube-root-ca.crt");
    }

    void awaitServiceAccount(String namespace) {
        await("/api/v1/namespaces/" + namespace + "/serviceaccounts/default");
    }

    /// Until what controllers put into each namespace is there, as it was when the recording began.
    private void await(String path) {
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

    void deleteNamespace(String name) {
        http.call("DELETE", "/api/v1/namespaces/" + name, Map.of(), new byte[0]);
    }

    /// Replays cases one after the other in one cluster.
    interface Replayer<C> {
        Map<String, List<String>> replay(RecordedCluster cluster, Iterable<C> cases);
    }

    /// Hands the cases out to clusters side by side, which take the next as they end one; so the first should be those
    /// that take longest.
    ///
    /// @param needs what ran when a case was recorded: `api`, `controllers`, `nodes`
    /// @param sideBySide how many clusters there are for each of these
    /// @return what the replayers say of each case, by id
    static <C> Map<String, List<String>> replay(
            List<C> cases, Function<C, String> needs, Map<String, Integer> sideBySide, Replayer<C> replayer)
            throws InterruptedException {
        var results = new TreeMap<String, List<String>>();
        var threads = new ArrayList<Thread>();
        cases.stream().collect(Collectors.groupingBy(needs)).forEach((need, some) -> {
            var waiting = new ConcurrentLinkedQueue<>(some);
            for (int i = 0; i < Math.min(sideBySide.get(need), some.size()); i++)
                threads.add(Thread.ofPlatform().start(() -> {
                    try (RecordedCluster cluster = start(need)) {
                        Map<String, List<String>> found = replayer.replay(cluster, () -> taking(waiting));
                        synchronized (results) {
                            results.putAll(found);
                        }
                    }
                }));
        });
        for (Thread thread : threads) thread.join();
        return results;
    }

    private static <C> Iterator<C> taking(Queue<C> queue) {
        return Stream.generate(queue::poll).takeWhile(Objects::nonNull).iterator();
    }

    @Override
    public void close() {
        nodes.close();
        scheduler.close();
        controllers.close();
        server.close();
    }
}
