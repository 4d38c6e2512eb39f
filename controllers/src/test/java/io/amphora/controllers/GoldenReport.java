package io.amphora.controllers;

import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.GoldenCase;
import io.amphora.apiserver.testing.GoldenCases;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.client.Client;
import io.amphora.machinery.time.Clock;
import io.amphora.store.MemoryStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Prints which recorded conversations go the same way with these controllers: `GoldenReport FOLDER PREFIX[,PREFIX…] [NEEDS]`.
final class GoldenReport {
    private static final int SERVERS = 6;

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
            threads.add(Thread.ofPlatform().start(() -> {
                var some = replay(share);
                synchronized (results) {
                    results.putAll(some);
                }
            }));
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

    private static Map<String, List<String>> replay(List<GoldenCase> cases) {
        Clock clock = Clock.system();
        var admin = new User("admin", "admin", List.of(User.MASTERS), Map.of());
        ApiServerConfig config = ApiServerConfig.standard()
                .withTokens(List.of((token, audiences) -> token.equals("golden") ? Optional.of(admin) : Optional.empty()));
        try (ApiServer server = ApiServer.start(new MemoryStore(), config);
                var manager = new ControllerManager(
                        new Client(server.transport(User.ADMIN), "kube-controller-manager"),
                        clock,
                        Metrics.NONE,
                        Controllers.select(List.of("*"), new Settings("-----BEGIN CERTIFICATE-----\n")))) {
            manager.start();
            var http = new InMemoryHttp(server.http(), Map.of("Authorization", "Bearer golden"), clock);
            return GoldenCases.replay(cases, http, clock, namespace -> {
                String path = "/api/v1/namespaces/" + namespace + "/serviceaccounts/default";
                for (int i = 0; i < 500 && http.call("GET", path, Map.of(), new byte[0]).code() != 200; i++) {
                    try {
                        clock.sleep(java.time.Duration.ofMillis(10));
                    } catch (InterruptedException stopped) {
                        throw new IllegalStateException(stopped);
                    }
                }
            });
        }
    }
}
