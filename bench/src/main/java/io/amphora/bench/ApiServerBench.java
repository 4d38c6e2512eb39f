package io.amphora.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.apiserver.testing.RawServer;
import io.amphora.apiserver.testing.RawServer.Answer;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.store.MemoryStore;
import io.amphora.store.RocksDbStore;
import io.amphora.store.Store;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/// Measures the API server without a socket: how soon it answers, and what each kind of request costs. Arguments:
/// a directory for a durable store (in memory without one), how many objects (10,000), and how many clients (32).
///
/// Everything but the wire is as in production: bytes in, bytes out, RBAC, admission, validation, books of owners.
/// The processor time counts the clients too, which only hand over bytes and look at the code of the answer.
/// Each row is measured in a few rounds, each with objects of its own; the last one counts, for by then the
/// compiler has done its work.
public final class ApiServerBench {
    private static final Clock CLOCK = Clock.system();
    private static final int ROUNDS = 4;
    private static final String TOKEN = "bench";
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");
    private static final Map<String, String> MERGE = Map.of("content-type", "application/merge-patch+json");
    private static final Map<String, String> APPLY = Map.of("content-type", "application/apply-patch+yaml");
    private static final byte[] NOTHING = {};

    private final RawServer server;
    private final int objects;
    private final int clients;

    private ApiServerBench(RawServer server, int objects, int clients) {
        this.server = server;
        this.objects = objects;
        this.clients = clients;
    }

    public static void main(String[] arguments) {
        Instant began = CLOCK.now();
        try (Store store = arguments.length > 0 && !arguments[0].isEmpty()
                        ? RocksDbStore.open(Path.of(arguments[0]), CLOCK)
                        : new MemoryStore();
                var server = ApiServer.start(store, config())) {
            var http = new InMemoryHttp(server.http(), Map.of("authorization", "Bearer " + TOKEN), CLOCK);
            require(200, http.call("GET", "/api/v1/namespaces/default", Map.of(), NOTHING));
            System.out.printf(
                    "first answer after %d ms, %d ms after the JVM began%n%n",
                    Duration.between(began, CLOCK.now()).toMillis(),
                    CLOCK.now().toEpochMilli()
                            - ManagementFactory.getRuntimeMXBean().getStartTime());
            int objects = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000;
            int clients = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 32;
            new ApiServerBench(http, objects, clients).run();
        }
    }

    private static ApiServerConfig config() {
        User admin = User.of("bench", User.MASTERS, User.AUTHENTICATED);
        return ApiServerConfig.standard()
                .withPlugins(Plugins.standard(Randomness.system()))
                .withTokens(List.of((token, audiences) -> token.equals(TOKEN) ? Optional.of(admin) : Optional.empty()));
    }

    private void run() {
        for (int round = 1; round <= ROUNDS; round++) {
            var namespace = "round-" + round;
            prepare(namespace);
            System.out.printf(
                    "round %d of %d%n%-26s %12s %14s %16s%n",
                    round, ROUNDS, "", "a second", "CPU each", "allocated each");
            requests(namespace);
        }
    }

    /// A namespace with the service account that Pods get, which a controller makes otherwise.
    private void prepare(String namespace) {
        byte[] itself =
                utf8("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"" + namespace + "\"}}");
        byte[] account =
                utf8("{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"default\"}}");
        require(201, server.call("POST", "/api/v1/namespaces", JSON, itself));
        require(201, server.call("POST", "/api/v1/namespaces/" + namespace + "/serviceaccounts", JSON, account));
    }

    private void requests(String namespace) {
        String configMaps = "/api/v1/namespaces/" + namespace + "/configmaps";
        String pods = "/api/v1/namespaces/" + namespace + "/pods";
        measure("create ConfigMap", objects, 201, i -> server.call("POST", configMaps, JSON, configMap(i)));
        measure("create Pod", objects, 201, i -> server.call("POST", pods, JSON, pod(i)));
        measure("get Pod", objects, 200, i -> server.call("GET", pods + "/pod-" + i, Map.of(), NOTHING));
        measure(
                "merge patch Pod's status",
                objects,
                200,
                i -> server.call("PATCH", pods + "/pod-" + i + "/status", MERGE, status(i)));
        measure(
                "apply ConfigMap",
                objects,
                200,
                i -> server.call(
                        "PATCH", configMaps + "/map-" + i + "?fieldManager=bench&force=true", APPLY, configMap(i)));
        measure("list %,d Pods".formatted(objects), 10, 200, i -> server.call("GET", pods, Map.of(), NOTHING));
        measure(
                "list as a Table",
                10,
                200,
                i -> server.call(
                        "GET", pods, Map.of("accept", "application/json;as=Table;v=v1;g=meta.k8s.io"), NOTHING));
        measure(
                "list as protobuf",
                10,
                200,
                i -> server.call("GET", pods, Map.of("accept", "application/vnd.kubernetes.protobuf"), NOTHING));
        measure(
                "delete ConfigMap",
                objects,
                200,
                i -> server.call("DELETE", configMaps + "/map-" + i, Map.of(), NOTHING));
        System.out.println();
    }

    private void measure(String what, int count, int expected, IntFunction<Answer> request) {
        Cost before = Cost.now();
        var next = new AtomicInteger();
        var running = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < Math.min(clients, count); client++)
                running.add(threads.submit(() -> {
                    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement())
                        require(expected, request.apply(i));
                }));
        }
        running.forEach(ApiServerBench::requireSuccess);
        Cost after = Cost.now();
        System.out.printf(
                "%-26s %,12.0f %,11.1f µs %,13.1f KB%n",
                what,
                count * 1e9 / Duration.between(before.at, after.at).toNanos(),
                (after.cpu - before.cpu) / 1e3 / count,
                (after.allocated - before.allocated) / 1024.0 / count);
    }

    /// What the process has used so far, in nanoseconds and bytes.
    private record Cost(Instant at, long cpu, long allocated) {
        static Cost now() {
            var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            return new Cost(CLOCK.now(), system.getProcessCpuTime(), threads.getTotalThreadAllocatedBytes());
        }
    }

    private static void require(int code, Answer answer) {
        if (answer.code() != code)
            throw new IllegalStateException(answer.code() + ": " + new String(answer.body(), StandardCharsets.UTF_8));
    }

    private static void requireSuccess(Future<?> ended) {
        if (ended.state() == Future.State.FAILED) throw new IllegalStateException(ended.exceptionNow());
    }

    private static byte[] configMap(int i) {
        return utf8("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"map-" + i
                + "\",\"labels\":{\"app\":\"bench\"}},\"data\":{\"text\":\"" + "0123456789abcdef".repeat(50) + "\"}}");
    }

    private static byte[] pod(int i) {
        return utf8("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"pod-" + i
                + "\",\"labels\":{\"app\":\"bench\"},\"annotations\":{\"text\":\"" + "0123456789abcdef".repeat(30)
                + "\"}},\"spec\":{\"nodeName\":\"node\",\"automountServiceAccountToken\":false,\"containers\":[{\"name\":\"main\","
                + "\"image\":\"registry.example.com/app:1.0\",\"ports\":[{\"containerPort\":8080}],\"env\":[{\"name\":\"MODE\","
                + "\"value\":\"test\"}],\"resources\":{\"requests\":{\"cpu\":\"10m\",\"memory\":\"16Mi\"}}}]}}");
    }

    private static byte[] status(int i) {
        return utf8("{\"status\":{\"phase\":\"Running\",\"message\":\"" + i
                + "\",\"podIP\":\"10.0.0.1\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\","
                + "\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"},{\"type\":\"ContainersReady\",\"status\":\"True\","
                + "\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}]}}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
