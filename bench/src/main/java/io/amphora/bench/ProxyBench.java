package io.amphora.bench;

import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.client.Client;
import io.amphora.client.Informers;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.proxy.Ruleset;
import io.amphora.proxy.ServiceProxy;
import io.amphora.store.MemoryStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Measures the service proxy with many Services: from the acknowledgement of a changed endpoint until the kernel has
/// it, and the first filling. API server, proxy and packet filter are real; it runs in a network namespace of its
/// own, and needs root and nftables.
///
/// Arguments: Services (1000), endpoints of each (10), changes (50).
public final class ProxyBench {
    private static final Clock CLOCK = Clock.system();
    private static final String INSIDE = "inside";

    private ProxyBench() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0 || !arguments[0].equals(INSIDE)) {
            System.exit(again(arguments));
        }
        int services = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000;
        int endpoints = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
        int changes = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 50;
        try (var store = new MemoryStore();
                var server = ApiServer.start(store, ApiServerConfig.standard());
                var client = new Client(server.transport(User.ADMIN), "bench");
                var informers = new Informers(client, CLOCK)) {
            measure(client, informers, services, endpoints, changes);
        }
        System.exit(0);
    }

    /// In a network namespace of its own.
    private static int again(String[] arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                "unshare",
                "--net",
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ProxyBench.class.getName(),
                INSIDE));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static void measure(Client client, Informers informers, int services, int endpoints, int changes)
            throws IOException, InterruptedException {
        for (int i = 0; i < services; i++) {
            client.resource(Services.DEFINITION).inNamespace("default").create(service(i));
            client.resource(EndpointSlices.DEFINITION).inNamespace("default").create(slice(i, endpoints, 0));
        }
        Process monitor = new ProcessBuilder("nft", "monitor", "rules").start();
        try (BufferedReader kernel = monitor.inputReader();
                var proxy = new ServiceProxy(
                        informers, new Ruleset.Place("node-1"), "10.244.0.0/16", "10.96.0.0/12", CLOCK)) {
            Instant began = CLOCK.now();
            proxy.start();
            await(kernel, services);
            System.out.printf("%d Services x %d endpoints%n", services, endpoints);
            System.out.printf(
                    "first filling            %6d ms%n",
                    Duration.between(began, CLOCK.now()).toMillis());
            var took = new ArrayList<Duration>();
            for (int change = 1; change <= changes; change++) {
                int which = change * 37 % services;
                client.resource(EndpointSlices.DEFINITION)
                        .inNamespace("default")
                        .update(slice(which, endpoints, change));
                Instant acknowledged = CLOCK.now();
                await(kernel, 1);
                took.add(Duration.between(acknowledged, CLOCK.now()));
            }
            long[] sorted = took.stream().mapToLong(Duration::toMillis).sorted().toArray();
            System.out.printf(
                    "one change, median       %6d ms%none change, 99th percentile %4d ms%n",
                    sorted[sorted.length / 2], sorted[sorted.length - 1 - sorted.length / 100]);
        } finally {
            monitor.destroy();
        }
    }

    /// Until the kernel has told of so many rules of Services.
    private static void await(BufferedReader kernel, int rules) throws IOException {
        for (int seen = 0; seen < rules; ) {
            String line = kernel.readLine();
            if (line == null) throw new IOException("nft monitor has ended");
            if (line.startsWith("add rule ip " + ServiceProxy.TABLE + " svc-")) seen++;
        }
    }

    private static Service service(int i) {
        return Service.of(ObjectTree.of(
                "metadata",
                ObjectTree.of("name", "service-" + i),
                "spec",
                ObjectTree.of("ports", ListTree.of(ObjectTree.of("port", 80, "targetPort", 8080)))));
    }

    /// @param change moves the last endpoint
    private static EndpointSlice slice(int i, int endpoints, int change) {
        var all = new ArrayList<Tree>();
        for (int e = 0; e < endpoints; e++) {
            int last = e == endpoints - 1 ? 100 + change % 100 : e + 1;
            all.add(ObjectTree.of(
                    "addresses",
                    ListTree.of(Tree.of("10.244." + i % 250 + "." + last)),
                    "conditions",
                    ObjectTree.of("ready", true),
                    "nodeName",
                    "node-" + (1 + e % 3)));
        }
        return EndpointSlice.of(ObjectTree.of(
                "metadata",
                ObjectTree.of(
                        "name", "service-" + i, "labels", ObjectTree.of("kubernetes.io/service-name", "service-" + i)),
                "addressType",
                "IPv4",
                "ports",
                ListTree.of(ObjectTree.of("name", "", "port", 8080, "protocol", "TCP")),
                "endpoints",
                new ListTree(all)));
    }
}
