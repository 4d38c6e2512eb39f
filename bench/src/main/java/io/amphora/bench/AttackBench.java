package io.amphora.bench;

import io.amphora.api.transport.ApiRequest;
import io.amphora.client.HttpTransport;
import io.amphora.client.Kubeconfig;
import io.amphora.http.HttpClient;
import io.amphora.http.Request;
import io.amphora.http.Tls;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/// Measures what a user feels while others attack: strangers who send bodies that nobody wants, heads and bodies that
/// do
/// not end, more streams than there may be; one user who may little and sends slowly; and the owner of a namespace who
/// sends what grows as it is understood, fills the state, and watches without reading. Arguments: the kubeconfig of a
/// server on this machine, how many connections attack (200), how long each attack takes (10 s), and a part of the
/// names
/// of those to run (all).
public final class AttackBench {
    private static final Clock CLOCK = Clock.system();
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    private static final int BODY = 3 << 20;
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String APPLY = "application/apply-patch+yaml";

    /// Each operation copies all that the ones before have made.
    private static final String DOUBLING = "[{\"op\":\"add\",\"path\":\"/l\",\"value\":[1]}"
            + ",{\"op\":\"copy\",\"from\":\"/l\",\"path\":\"/l/-\"}".repeat(40) + "]";

    private static final String ALIASES =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: front-victim}\ndata:\n  a: &a "
                    + "x".repeat(100_000) + "\n"
                    + IntStream.range(0, 900)
                            .mapToObj(i -> "  b" + i + ": *a\n")
                            .collect(Collectors.joining());

    private static final int CLIENTS = 4;
    /// What the attackers encrypt in vain costs the processors that the server and the user share with them.
    private static final int SEND_BUFFER = 64 * 1024;
    /// What watchers do not read is to stay with the server, not with the kernel.
    private static final int RECEIVE_BUFFER = 16 * 1024;
    private static final int ATTACKING_HTTP2 = 10;

    private final URI server;
    private final HttpTransport admin;
    private final int connections;
    private final Duration length;
    private final String only;
    private final SSLSocketFactory sockets = trustingAnybody();
    private final AtomicLong names = new AtomicLong();

    private AttackBench(Kubeconfig.Connection connection, int connections, Duration length, String only) {
        this.server = URI.create(connection.server());
        this.admin = new HttpTransport(connection);
        this.connections = connections;
        this.length = length;
        this.only = only;
        if (!server.getHost().equals("127.0.0.1")) throw new IllegalArgumentException("only a server on 127.0.0.1");
    }

    public static void main(String[] arguments) throws InterruptedException {
        int connections = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
        Duration length = Duration.ofSeconds(arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10);
        String only = arguments.length > 3 ? arguments[3] : "";
        new AttackBench(Kubeconfig.read(Path.of(arguments[0])).connection(""), connections, length, only).run();
    }

    private void run() throws InterruptedException {
        String user = token("front-user", "cluster-admin");
        String attacker = token("front-attacker", "");
        System.out.printf("%-34s %10s %10s %10s %9s %8s%n", "", "requests/s", "p50", "p99", "max", "failed");
        measure("warming up", user, List.of());
        measure("nobody attacks", user, List.of());
        measure("anonymous bodies of 3 MiB", user, many(stop -> flood(stop, "")));
        measure("heads without an end", user, many(stop -> trickle(stop, "GET / HTTP/1.1\r\nHost: a\r\n", "a: b\r\n")));
        measure("anonymous bodies, byte by byte", user, many(stop -> trickle(stop, post(MAPS, ""), "x")));
        measure("anonymous streams of HTTP/2", user, streams());
        measure("one user's bodies, byte by byte", user, many(stop -> trickle(stop, post(REVIEWS, attacker), "x")));
        measure("one user's bodies of 3 MiB", user, many(stop -> flood(stop, attacker)));
        String owner = token("front-owner", "edit");
        create(MAPS, map("front-victim", "x"));
        measure("patches that double themselves", user, few(8, stop -> patch(owner, DOUBLING, JSON_PATCH)));
        measure("aliases of a text of 100 KB", user, few(8, stop -> patch(owner, ALIASES, APPLY)));
        measure("watchers that do not read", user, watchers(owner));
        measure("one user fills the state", user, few(4, stop -> fill(owner)));
        admin.call(new ApiRequest("DELETE", MAPS, Map.of("labelSelector", List.of("front=fill")), Map.of(), null));
        measure("nobody attacks any more", user, List.of());
    }

    // ---- users ----

    private String token(String name, String role) {
        create("/api/v1/namespaces/default/serviceaccounts", ObjectTree.of("metadata", ObjectTree.of("name", name)));
        if (!role.isEmpty())
            create(
                    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                    Json.read(("{\"metadata\":{\"name\":\"" + name + "\"},\"roleRef\":{\"apiGroup\":"
                                            + "\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\""
                                            + role
                                            + "\"},\"subjects\":[{\"kind\":\"ServiceAccount\",\"namespace\":\"default\","
                                            + "\"name\":\"" + name + "\"}]}")
                                    .getBytes(StandardCharsets.UTF_8))
                            .object());
        return create("/api/v1/namespaces/default/serviceaccounts/" + name + "/token", ObjectTree.EMPTY)
                .object("status")
                .text("token");
    }

    private ObjectTree create(String path, ObjectTree object) {
        var body = new ApiRequest.Body.Value("application/json", object);
        return admin.call(new ApiRequest("POST", path, Map.of(), Map.of(), body));
    }

    // ---- the user ----

    private interface Attack {
        /// Goes on until `stop` says so or the server has had enough.
        void run(Stop stop) throws IOException;
    }

    /// The end of a measurement.
    private record Stop(Duration at) {
        boolean isOver() {
            return CLOCK.elapsed().compareTo(at) >= 0;
        }
    }

    private void measure(String what, String token, List<Attack> attacks) throws InterruptedException {
        if (!attacks.isEmpty() && !what.contains(only)) return;
        var stop = new Stop(CLOCK.elapsed().plus(length));
        var threads = new ArrayList<Thread>();
        for (Attack attack : attacks) threads.add(Thread.ofVirtual().start(() -> again(attack, stop)));
        var nanos = new ConcurrentLinkedQueue<Long>();
        var failed = new AtomicLong();
        for (int i = 0; i < CLIENTS; i++) threads.add(Thread.ofVirtual().start(() -> use(token, stop, nanos, failed)));
        for (Thread thread : threads) thread.join();
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                "%-34s %,10d %7.2f ms %7.2f ms %6.0f ms %8d%n",
                what,
                sorted.length / length.toSeconds(),
                part(sorted, 0.5) / 1e6,
                part(sorted, 0.99) / 1e6,
                part(sorted, 1) / 1e6,
                failed.get());
    }

    private static double part(long[] sorted, double part) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, sorted.length * part)];
    }

    private void use(String token, Stop stop, ConcurrentLinkedQueue<Long> nanos, AtomicLong failed) {
        // Not on the event loop that the attackers keep busy.
        try (var client = HttpClient.lean(Tls.DEFAULT.withInsecure(true))) {
            while (!stop.isOver()) {
                String name = "front-" + names.incrementAndGet();
                byte[] map = ("{\"metadata\":{\"name\":\"" + name + "\"}}").getBytes(StandardCharsets.UTF_8);
                timed(client, request("POST", MAPS, token).withBody(map), 201, nanos, failed);
                timed(client, request("GET", MAPS + "/" + name, token), 200, nanos, failed);
                timed(client, request("DELETE", MAPS + "/" + name, token), 200, nanos, failed);
            }
        }
    }

    private Request request(String method, String path, String token) {
        Request request =
                Request.of(method, server.resolve(path).toString()).withHeader("content-type", "application/json");
        return token.isEmpty() ? request : request.withHeader("authorization", "Bearer " + token);
    }

    private static void timed(
            HttpClient client, Request request, int expected, ConcurrentLinkedQueue<Long> nanos, AtomicLong failed) {
        Duration before = CLOCK.elapsed();
        try (var response = client.send(request)) {
            response.body();
            if (response.status() != expected) failed.incrementAndGet();
            else nanos.add(CLOCK.elapsed().minus(before).toNanos());
        } catch (IOException refused) {
            failed.incrementAndGet();
        }
    }

    // ---- the attackers ----

    private List<Attack> many(Attack attack) {
        var attacks = new ArrayList<Attack>();
        for (int i = 0; i < connections; i++) attacks.add(attack);
        return attacks;
    }

    private static void again(Attack attack, Stop stop) {
        while (!stop.isOver()) {
            try {
                attack.run(stop);
            } catch (IOException refused) {
                pause(Duration.ofMillis(10));
            }
        }
    }

    private static void pause(Duration time) {
        try {
            CLOCK.sleep(time);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = sockets.createSocket();
        socket.setSendBufferSize(SEND_BUFFER);
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        socket.setSoTimeout(1_000);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        return socket;
    }

    private static String post(String path, String token) {
        String who = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
        return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + who + "Content-Type: application/json\r\nContent-Length: "
                + BODY + "\r\n\r\n";
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private void flood(Stop stop, String token) throws IOException {
        var block = new byte[64 * 1024];
        try (var socket = connect()) {
            write(socket, post(token.isEmpty() ? MAPS : REVIEWS, token));
            for (int sent = 0; sent < BODY && !stop.isOver(); sent += block.length)
                socket.getOutputStream().write(block, 0, Math.min(block.length, BODY - sent));
            socket.getInputStream().read();
        }
    }

    private void trickle(Stop stop, String begin, String drop) throws IOException {
        try (var socket = connect()) {
            write(socket, begin);
            while (!stop.isOver()) {
                pause(Duration.ofMillis(200));
                write(socket, drop);
            }
        }
    }

    /// As many streams on each connection as the server allows, each with a body that nobody wants.
    private List<Attack> streams() {
        var attacks = new ArrayList<Attack>();
        var unwanted = new byte[BODY];
        for (int i = 0; i < ATTACKING_HTTP2; i++) {
            HttpClient client = HttpClient.create(Tls.DEFAULT.withInsecure(true));
            for (int stream = 0; stream < 20; stream++)
                attacks.add(_ -> client.send(request("POST", MAPS, "").withBody(unwanted))
                        .close());
        }
        return attacks;
    }

    private static List<Attack> few(int count, Attack attack) {
        return Collections.nCopies(count, attack);
    }

    private void patch(String token, String patch, String type) throws IOException {
        send(request("PATCH", MAPS + "/front-victim?fieldManager=front&force=true", token)
                .withHeader("content-type", type)
                .withBody(patch.getBytes(StandardCharsets.UTF_8)));
    }

    /// Objects of a megabyte until there is no room for more; then it is tried again and again.
    private void fill(String token) throws IOException {
        byte[] map = Json.bytes(map("fill-" + names.incrementAndGet(), "x".repeat(1_000_000)));
        send(request("POST", MAPS, token).withBody(map));
    }

    private List<Attack> watchers(String token) {
        var attacks = new ArrayList<>(many(stop -> watch(stop, token)));
        attacks.addAll(few(2, stop -> {
            byte[] change =
                    Json.bytes(map("front-victim", Long.toString(names.incrementAndGet()) + "x".repeat(1_000_000)));
            send(request("PUT", MAPS + "/front-victim", token).withBody(change));
        }));
        return attacks;
    }

    /// In protobuf, which no two watchers share.
    private void watch(Stop stop, String token) throws IOException {
        try (var socket = connect()) {
            write(
                    socket,
                    "GET " + MAPS + "?watch=true HTTP/1.1\r\nHost: a\r\nAccept: application/vnd.kubernetes.protobuf\r\n"
                            + "Authorization: Bearer " + token + "\r\n\r\n");
            while (!stop.isOver()) pause(Duration.ofMillis(200));
        }
    }

    private void send(Request request) throws IOException {
        try (var client = HttpClient.lean(Tls.DEFAULT.withInsecure(true));
                var response = client.send(request)) {
            response.body();
        }
    }

    private static ObjectTree map(String name, String value) {
        return ObjectTree.of(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                ObjectTree.of("name", name, "labels", ObjectTree.of("front", "fill")),
                "data",
                ObjectTree.of("a", value));
    }

    private static SSLSocketFactory trustingAnybody() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
