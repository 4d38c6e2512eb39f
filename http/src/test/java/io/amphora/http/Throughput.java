package io.amphora.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/// Measures, by hand: `java … io.amphora.http.Throughput [https|http] [callers]`. Client and server share the JVM
/// and its cores.
final class Throughput {
    private Throughput() {}

    public static void main(String... args) throws Exception {
        boolean secure = args.length == 0 || args[0].equals("https");
        int callers = args.length > 1 ? Integer.parseInt(args[1]) : 64;
        var certificates = new TestCertificates();
        byte[] body =
                "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\"}}".repeat(10).getBytes(UTF_8);
        var options = HttpServer.Options.on("127.0.0.1", 0);
        var headers = Map.of("content-type", List.of("application/json"), "audit-id", List.of("x"));
        var streams = new ArrayList<ResponseStream>();
        var done = new CountDownLatch(1);
        HttpHandler handler = exchange -> {
            if (exchange.rawPath().equals("/watch")) {
                var out = exchange.stream(200, headers);
                out.flush();
                synchronized (streams) {
                    streams.add(out);
                }
                done.await();
            } else {
                exchange.respond(200, headers, body);
            }
        };
        try (var server = HttpServer.start(secure ? options.withTls(certificates.server()) : options, handler);
                var client = HttpClient.create(certificates.anonymous())) {
            String base = (secure ? "https" : "http") + "://127.0.0.1:" + server.port();
            for (int round = 0; round < 6; round++) {
                System.out.printf(
                        "GET: %,.0f/s%n", gets(client, base + "/api/v1/namespaces/default/pods/web", callers));
            }
            if (secure) {
                handshakes(certificates.anonymous(), base + "/");
                watch(client, base, streams);
            }
            done.countDown();
        }
    }

    private static double gets(HttpClient client, String url, int callers) throws Exception {
        var request = Request.get(url)
                .withHeader("authorization", "Bearer abcdefgh")
                .withHeader("accept", "application/json")
                .withHeader("user-agent", "throughput");
        var count = new LongAdder();
        long begin = System.nanoTime();
        long end = begin + 3_000_000_000L;
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < callers; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    while (System.nanoTime() < end) {
                        client.send(request).body();
                        count.increment();
                    }
                } catch (Exception e) {
                    e.printStackTrace();
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        return count.sum() / ((System.nanoTime() - begin) / 1e9);
    }

    private static void handshakes(Tls tls, String url) throws Exception {
        for (int round = 0; round < 3; round++) {
            int count = 500;
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                try (var client = HttpClient.create(tls)) {
                    client.send(Request.get(url)).body();
                }
            }
            System.out.printf("new clients: %,.0f/s%n", count / ((System.nanoTime() - begin) / 1e9));
        }
    }

    private static void watch(HttpClient client, String base, List<ResponseStream> streams) throws Exception {
        var received = new LongAdder();
        long empty = heap();
        for (int i = 0; i < 1000; i++) {
            var response = client.send(Request.get(base + "/watch"));
            Thread.startVirtualThread(() -> {
                byte[] buffer = new byte[4 * 1024];
                try {
                    for (int n = 0; n >= 0; n = response.stream().read(buffer)) {
                        received.add(n);
                    }
                } catch (Exception e) {
                    e.printStackTrace();
                }
            });
        }
        System.out.printf(
                "watch: %,d bytes of heap each, client and server together%n", (heap() - empty) / streams.size());
        byte[] event = new byte[2000];
        for (int round = 0; round < 4; round++) {
            int events = 100;
            long before = received.sum();
            long begin = System.nanoTime();
            for (int i = 0; i < events; i++) {
                for (var stream : streams) {
                    stream.writeShared(event);
                }
            }
            while (received.sum() - before < (long) events * event.length * streams.size()) {
                Thread.sleep(1);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(
                    "watch: %,.0f events of %d bytes to %,d watchers: %,.0f deliveries/s%n",
                    (double) events, event.length, streams.size(), events * streams.size() / seconds);
        }
    }

    private static long heap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
