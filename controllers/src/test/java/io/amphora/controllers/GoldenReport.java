package io.amphora.controllers;

import io.amphora.api.core.v1.Pods;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.GoldenCase;
import io.amphora.apiserver.testing.GoldenCases;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.client.Client;
import io.amphora.client.Informer;
import io.amphora.controllers.simulation.SimulatedNodes;
import io.amphora.machinery.time.Clock;
import io.amphora.store.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Prints which recorded conversations go the same way with these controllers: `GoldenReport FOLDER
/// PREFIX[,PREFIX…] [NEEDS]`. Where nodes are needed, Pods are bound by the simplest of schedulers.
final class GoldenReport {
    private static final int SERVERS = 8;

    private GoldenReport() {}

    public static void main(String[] args) throws Exception {
        String needs = args.length > 2 ? args[2] : "controllers";
        List<GoldenCase> cases = GoldenCases.below(Path.of(args[0])).stream()
                .filter(each -> List.of(args[1].split(",")).stream().anyMatch(each.id()::startsWith))
                .filter(each -> each.needs().equals(needs))
                .toList();
        var results = new TreeMap<String, List<String>>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < SERVERS; i++) {
            var share = new ArrayList<GoldenCase>();
            for (int j = i; j < cases.size(); j += SERVERS) share.add(cases.get(j));
            if (!share.isEmpty()) threads.add(Thread.ofPlatform().start(() -> replay(share, needs, results)));
        }
        for (Thread thread : threads) thread.join();
        results.forEach((id, lines) -> {
            System.out.println((lines.isEmpty() ? "PASS " : "FAIL ") + id);
            lines.stream().limit(8).forEach(line -> System.out.println("    " + line));
        });
        long passed = results.values().stream().filter(List::isEmpty).count();
        System.out.println(passed + " passed, " + (results.size() - passed) + " failed");
        System.exit(0);
    }

    private static void replay(List<GoldenCase> cases, String needs, Map<String, List<String>> results) {
        Clock clock = Clock.system();
        var admin = new User("admin", "admin", List.of(User.MASTERS), Map.of());
        ApiServerConfig config = ApiServerConfig.standard()
                .withPlugins(io.amphora.apiserver.admission.Plugins.standard(
                        io.amphora.machinery.random.Randomness.system()))
                .withTokens(
                        List.of((token, audiences) -> token.equals("golden") ? Optional.of(admin) : Optional.empty()));
        try (ApiServer server = ApiServer.start(new MemoryStore(), config);
                var client = new Client(server.transport(User.ADMIN), "kube-controller-manager");
                var manager = new ControllerManager(
                        client, clock, Metrics.NONE, Controllers.select(List.of("*"), TestSettings.SETTINGS));
                var nodes = new SimulatedNodes(client, clock, 3);
                var pods = new Informer<>(client.resource(Pods.DEFINITION), clock)) {
            manager.start();
            if (needs.equals("nodes")) {
                nodes.start();
                pods.onChange(new TestBinder(client)).start();
            }
            var http = new InMemoryHttp(server.http(), Map.of("Authorization", "Bearer golden"), clock);
            GoldenCases.replay(
                    cases,
                    http,
                    clock,
                    Duration.ofSeconds(30),
                    namespace -> awaitServiceAccount(http, namespace, clock),
                    (id, lines) -> {
                        synchronized (results) {
                            results.put(id, lines);
                        }
                    });
        }
    }

    private static void awaitServiceAccount(InMemoryHttp http, String namespace, Clock clock) {
        String path = "/api/v1/namespaces/" + namespace + "/serviceaccounts/default";
        try {
            for (int i = 0;
                    i < 500 && http.call("GET", path, Map.of(), new byte[0]).code() != 200;
                    i++) clock.sleep(Duration.ofMillis(10));
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
