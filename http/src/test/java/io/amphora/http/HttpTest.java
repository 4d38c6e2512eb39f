package io.amphora.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Client and server against each other; each case in plain HTTP/1.1, in HTTP/1.1 over TLS and in HTTP/2.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();
    private static final Tls SERVER_TLS = CERTIFICATES.server();

    enum Wire {
        /// HTTP/1.1 without TLS.
        HTTP1,
        HTTP2,
        /// HTTP/1.1 over TLS, from the client for commands.
        LEAN
    }

    private static final List<AutoCloseable> OPEN = new ArrayList<>();

    @AfterAll
    static void closeAll() throws Exception {
        for (var open : OPEN) {
            open.close();
        }
    }

    /// A server and a client for it, both closed after the tests.
    record Pair(HttpServer server, HttpClient client, String base) {
        Request get(String path) {
            return Request.get(base + path);
        }

        Request post(String path, byte[] body) {
            return Request.of("POST", base + path).withBody(body);
        }
    }

    static Pair serve(Wire wire, HttpHandler handler) throws IOException {
        return serve(wire, options(wire), handler);
    }

    static HttpServer.Options options(Wire wire) {
        var options = HttpServer.Options.on("127.0.0.1", 0);
        return wire == Wire.HTTP1 ? options : options.withTls(SERVER_TLS);
    }

    static Pair serve(Wire wire, HttpServer.Options options, HttpHandler handler) throws IOException {
        var server = HttpServer.start(options, handler);
        var tls = CERTIFICATES.anonymous();
        var client = wire == Wire.LEAN ? HttpClient.lean(tls) : HttpClient.create(tls);
        OPEN.add(client);
        OPEN.add(server);
        return new Pair(server, client, (options.tls() == null ? "http" : "https") + "://127.0.0.1:" + server.port());
    }

    @ParameterizedTest
    @EnumSource
    void a_request_arrives_as_it_was_sent_and_its_answer_returns(Wire wire) throws Exception {
        var pair = serve(wire, exchange -> {
            String text = exchange.method() + " " + exchange.rawPath() + " ? " + exchange.rawQuery() + " : "
                    + exchange.header("x-name") + exchange.headers().get("x-name") + " "
                    + new String(exchange.body(100), UTF_8);
            exchange.respond(201, Map.of("X-Answer", List.of("a", "b")), text.getBytes(UTF_8));
        });
        var request = pair.post("/a%20b/c?x=1&y=%2F", "body".getBytes(UTF_8)).withHeader("X-Name", "v");

        try (var response = pair.client().send(request)) {
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.headers()).containsEntry("x-answer", List.of("a", "b"));
            assertThat(response.body()).asString().isEqualTo("POST /a%20b/c ? x=1&y=%2F : v[v] body");
            assertThat(response.header("content-length")).isEqualTo("37");
        }
    }

    @ParameterizedTest
    @EnumSource
    void both_speak_the_best_protocol_they_have(Wire wire) throws Exception {
        var pair = serve(wire, e -> e.respond(200, Map.of(), e.protocol().getBytes(UTF_8)));
        assertThat(pair.client().send(pair.get("/")).body())
                .asString()
                .isEqualTo(wire == Wire.HTTP2 ? "HTTP/2.0" : "HTTP/1.1");
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_serves_one_request_after_the_other(Wire wire) throws Exception {
        var ports = new ArrayList<Integer>();
        var pair = serve(wire, exchange -> {
            ports.add(exchange.remote().getPort());
            exchange.respond(200, Map.of(), exchange.body(10));
        });
        for (int i = 0; i < 50; i++) {
            byte[] body = {(byte) i};
            assertThat(pair.client().send(pair.post("/", body)).body()).isEqualTo(body);
        }
        assertThat(ports).hasSize(50).containsOnly(ports.getFirst());
    }

    @ParameterizedTest
    @EnumSource
    void large_bodies_pass_both_ways(Wire wire) throws Exception {
        byte[] large = new byte[20_000_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 >> 3);
        }
        var pair = serve(wire, exchange -> exchange.respond(200, Map.of(), exchange.body(large.length)));
        assertThat(Arrays.equals(pair.client().send(pair.post("/", large)).body(), large))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void bodies_of_unknown_length_pass_both_ways(Wire wire) throws Exception {
        byte[] sent = "0123456789".repeat(100_000).getBytes(UTF_8);
        var pair = serve(wire, exchange -> {
            try (var out = exchange.stream(200, Map.of())) {
                exchange.bodyStream().transferTo(out);
            }
        });
        var request = Request.of("POST", pair.base() + "/").withBody(new ByteArrayInputStream(sent));
        assertThat(Arrays.equals(pair.client().send(request).body(), sent)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void a_body_beyond_the_limit_is_answered_with_413_and_the_next_request_works(Wire wire) throws Exception {
        var pair = serve(wire, exchange -> exchange.respond(200, Map.of(), exchange.body(1000)));
        for (int length : List.of(1001, 5_000_000)) {
            try (var response = pair.client().send(pair.post("/", new byte[length]))) {
                assertThat(response.status()).isEqualTo(413);
            }
            var unsized = Request.of("POST", pair.base() + "/").withBody(new ByteArrayInputStream(new byte[1001]));
            try (var response = pair.client().send(unsized)) {
                assertThat(response.status()).isEqualTo(413);
            }
            assertThat(pair.client().send(pair.post("/", new byte[1000])).status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_stream_delivers_its_head_and_each_flush_at_once(Wire wire) throws Exception {
        var steps = Executors.newSingleThreadExecutor();
        var go = new java.util.concurrent.Semaphore(0);
        var pair = serve(wire, exchange -> {
            var out = exchange.stream(200, Map.of("content-type", List.of("text/plain")));
            out.flush();
            go.acquire();
            out.write("one".getBytes(UTF_8));
            out.flush();
            go.acquire();
            out.writeShared("two".getBytes(UTF_8));
            go.acquire();
        });
        try (var response = pair.client().send(pair.get("/"))) {
            assertThat(response.header("content-type")).isEqualTo("text/plain");
            go.release();
            assertThat(response.stream().readNBytes(3)).asString().isEqualTo("one");
            go.release();
            assertThat(response.stream().readNBytes(3)).asString().isEqualTo("two");
            go.release();
            assertThat(response.stream().read()).isEqualTo(-1);
        }
        steps.shutdown();
    }

    @ParameterizedTest
    @EnumSource
    void a_writer_waits_for_a_slow_reader_and_then_goes_on(Wire wire) throws Exception {
        int total = 64_000_000;
        byte[] chunk = new byte[64_000];
        var written = new AtomicLong();
        var pair = serve(wire, exchange -> {
            var out = exchange.stream(200, Map.of());
            for (int i = 0; i < total; i += chunk.length) {
                out.writeShared(chunk);
                written.addAndGet(chunk.length);
            }
        });
        try (var response = pair.client().send(pair.get("/"))) {
            long stopped = settled(written);
            assertThat(stopped).isPositive().isLessThan(total / 2);
            assertThat(response.stream().transferTo(java.io.OutputStream.nullOutputStream()))
                    .isEqualTo(total);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_sender_waits_for_a_slow_handler_and_then_goes_on(Wire wire) throws Exception {
        int total = 64_000_000;
        var sent = new AtomicLong();
        var go = new CountDownLatch(1);
        var pair = serve(wire, exchange -> {
            var body = exchange.bodyStream();
            body.read();
            go.await();
            long length = 1 + body.transferTo(java.io.OutputStream.nullOutputStream());
            exchange.respond(200, Map.of(), Long.toString(length).getBytes(UTF_8));
        });
        var source = new InputStream() {
            @Override
            public int read() {
                return sent.incrementAndGet() <= total ? 'x' : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                int n = (int) Math.min(length, total - sent.get());
                sent.addAndGet(n);
                return n == 0 ? -1 : n;
            }
        };
        var answer = inBackground(() -> pair.client()
                .send(Request.of("POST", pair.base() + "/").withBody(source))
                .body());
        assertThat(settled(sent)).isPositive().isLessThan(total / 2);
        go.countDown();
        assertThat(answer.get()).asString().isEqualTo("" + total);
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_closes_its_answer_is_noticed_by_a_handler_that_only_waits(Wire wire) throws Exception {
        var gone = new CountDownLatch(1);
        var failed = new CountDownLatch(1);
        var pair = serve(wire, exchange -> {
            exchange.onClose(gone::countDown);
            var out = exchange.stream(200, Map.of());
            out.flush();
            gone.await();
            try {
                while (true) {
                    out.writeShared(new byte[1000]);
                }
            } catch (IOException e) {
                failed.countDown();
                throw e;
            }
        });
        pair.client().send(pair.get("/")).close();
        gone.await();
        failed.await();
    }

    @ParameterizedTest
    @EnumSource
    void a_reader_that_is_blocked_in_an_answer_is_freed_by_close(Wire wire) throws Exception {
        var pair = serve(wire, exchange -> {
            exchange.stream(200, Map.of()).flush();
            var over = new CountDownLatch(1);
            exchange.onClose(over::countDown);
            over.await();
        });
        var response = pair.client().send(pair.get("/"));
        var reading = inBackground(() -> response.stream().read());
        response.close();
        assertThatThrownBy(reading::get).hasRootCauseInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource
    void an_action_for_the_end_runs_when_the_handler_is_done(Wire wire) throws Exception {
        var ran = new AtomicInteger();
        var pair = serve(wire, exchange -> {
            exchange.onClose(ran::incrementAndGet);
            exchange.respond(200, Map.of(), new byte[0]);
        });
        pair.client().send(pair.get("/")).body();
        await().untilAsserted(() -> assertThat(ran).hasValue(1));
    }

    @ParameterizedTest
    @EnumSource
    void what_a_handler_throws_becomes_a_bare_500(Wire wire) throws Exception {
        var pair = serve(wire, exchange -> {
            if (exchange.rawPath().equals("/throw")) {
                throw new IllegalStateException("secret");
            }
        });
        for (String path : List.of("/throw", "/silent")) {
            var response = pair.client().send(pair.get(path));
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_answer_whose_handler_fails_in_the_middle_is_broken_and_not_short(Wire wire) throws Exception {
        var pair = serve(wire, exchange -> {
            var out = exchange.stream(200, Map.of());
            out.write(new byte[100]);
            out.flush();
            throw new IllegalStateException("halfway");
        });
        var response = pair.client().send(pair.get("/"));
        assertThatThrownBy(() -> response.stream().readAllBytes()).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource
    void five_hundred_requests_run_at_the_same_time(Wire wire) throws Exception {
        var all = new CountDownLatch(500);
        var pair = serve(wire, exchange -> {
            all.countDown();
            all.await();
            exchange.respond(200, Map.of(), exchange.rawPath().getBytes(UTF_8));
        });
        var answers = new ArrayList<Future<byte[]>>();
        for (int i = 0; i < 500; i++) {
            var request = pair.get("/" + i);
            answers.add(inBackground(() -> pair.client().send(request).body()));
        }
        for (int i = 0; i < 500; i++) {
            assertThat(answers.get(i).get()).asString().isEqualTo("/" + i);
        }
    }

    @Test
    void a_thousand_watchers_share_few_connections_and_each_event() throws Exception {
        var streams = new ArrayList<ResponseStream>();
        var connections = new java.util.TreeSet<Integer>();
        var done = new CountDownLatch(1);
        var pair = serve(
                Wire.HTTP2, options(Wire.HTTP2).withLimits(Limits.standard().withStreams(250)), exchange -> {
                    var out = exchange.stream(200, Map.of());
                    out.flush();
                    synchronized (streams) {
                        streams.add(out);
                        connections.add(exchange.remote().getPort());
                    }
                    done.await();
                });
        var watches = new ArrayList<Response>();
        for (int i = 0; i < 1000; i++) {
            watches.add(pair.client().send(pair.get("/watch")));
        }
        byte[] event = "{\"type\":\"ADDED\"}\n".getBytes(UTF_8);
        for (int round = 0; round < 10; round++) {
            for (var stream : streams) {
                stream.writeShared(event);
            }
            for (var watch : watches) {
                assertThat(watch.stream().readNBytes(event.length)).isEqualTo(event);
            }
        }
        assertThat(connections).hasSize(4);
        done.countDown();
        for (var watch : watches) {
            assertThat(watch.stream().read()).isEqualTo(-1);
        }
    }

    @Test
    void a_client_cannot_pile_up_handlers_by_resetting_its_requests() throws Exception {
        var ports = java.util.concurrent.ConcurrentHashMap.<Integer>newKeySet();
        var running = new AtomicInteger();
        var go = new CountDownLatch(1);
        var pair = serve(
                Wire.HTTP2, options(Wire.HTTP2).withLimits(Limits.standard().withStreams(10)), exchange -> {
                    ports.add(exchange.remote().getPort());
                    running.incrementAndGet();
                    exchange.stream(200, Map.of()).flush();
                    go.await(); // does not care that its client is gone
                });
        while (ports.size() < 2) {
            try {
                pair.client().send(pair.get("/")).close();
            } catch (IOException e) {
                assertThat(running).hasValueGreaterThanOrEqualTo(50);
            }
        }
        assertThat(running).hasValueBetween(50, 60);
        go.countDown();
    }

    @ParameterizedTest
    @EnumSource
    void head_and_empty_statuses_have_no_body(Wire wire) throws Exception {
        var pair = serve(
                wire,
                exchange -> exchange.respond(
                        exchange.rawPath().equals("/none")
                                ? 204
                                : exchange.rawPath().equals("/same") ? 304 : 200,
                        Map.of(),
                        "body".getBytes(UTF_8)));
        var head = pair.client().send(Request.of("HEAD", pair.base() + "/"));
        assertThat(head.header("content-length")).isEqualTo("4");
        assertThat(head.body()).isEmpty();
        for (String path : List.of("/none", "/same", "/none")) {
            assertThat(pair.client().send(pair.get(path)).body()).isEmpty();
        }
        assertThat(pair.client().send(pair.get("/")).body()).asString().isEqualTo("body");
    }

    @ParameterizedTest
    @EnumSource
    void a_draining_server_finishes_what_runs_and_takes_nothing_new(Wire wire) throws Exception {
        var running = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var pair = serve(wire, exchange -> {
            running.countDown();
            go.await();
            exchange.respond(200, Map.of(), "done".getBytes(UTF_8));
        });
        var answer = inBackground(() -> pair.client().send(pair.get("/")).body());
        running.await();
        var drained = inBackground(() -> {
            pair.server().drain(Duration.ofSeconds(30));
            return "drained";
        });
        await().untilAsserted(() ->
                assertThatThrownBy(() -> pair.client().send(pair.get("/new"))).isInstanceOf(ConnectException.class));
        assertThat(drained.isDone()).isFalse();
        go.countDown();
        assertThat(answer.get()).asString().isEqualTo("done");
        assertThat(drained.get()).isEqualTo("drained");
    }

    @ParameterizedTest
    @EnumSource
    void a_closing_server_breaks_what_runs(Wire wire) throws Exception {
        var running = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        var pair = serve(wire, exchange -> {
            exchange.onClose(gone::countDown);
            running.countDown();
            gone.await();
        });
        var answer = inBackground(() -> pair.client().send(pair.get("/")).body());
        running.await();
        pair.server().close();
        gone.await();
        assertThatThrownBy(answer::get).hasRootCauseInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource
    void a_client_finds_a_server_again_that_was_restarted(Wire wire) throws Exception {
        var pair = serve(wire, e -> e.respond(200, Map.of(), "first".getBytes(UTF_8)));
        assertThat(pair.client().send(pair.get("/")).body()).asString().isEqualTo("first");
        pair.server().close();
        var first = options(wire);
        var again = new HttpServer.Options(
                first.address(), pair.server().port(), first.tls(), first.eventLoops(), first.limits());
        try (var second = HttpServer.start(again, e -> e.respond(200, Map.of(), "second".getBytes(UTF_8)))) {
            assertThat(second.port()).isEqualTo(pair.server().port());
            assertThat(pair.client().send(pair.get("/")).body()).asString().isEqualTo("second");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_request_without_an_answer_in_time_fails(Wire wire) throws Exception {
        var gone = new CountDownLatch(1);
        var pair = serve(wire, exchange -> {
            exchange.onClose(gone::countDown);
            gone.await();
        });
        assertThatThrownBy(() -> pair.client().send(pair.get("/").withTimeout(Duration.ofMillis(100))))
                .isInstanceOf(SocketTimeoutException.class);
        gone.await();
    }

    @ParameterizedTest
    @EnumSource
    void an_idle_connection_is_closed_by_the_server_and_replaced_by_the_client(Wire wire) throws Exception {
        var ports = new ArrayList<Integer>();
        var pair =
                serve(wire, options(wire).withLimits(Limits.standard().withIdle(Duration.ofMillis(50))), exchange -> {
                    ports.add(exchange.remote().getPort());
                    exchange.respond(200, Map.of(), new byte[0]);
                });
        await().until(() -> {
            pair.client().send(pair.get("/")).body();
            return ports.stream().distinct().count() > 1;
        });
    }

    @Test
    void a_taken_port_is_told_in_one_sentence() throws Exception {
        var pair = serve(Wire.HTTP1, _ -> {});
        int port = pair.server().port();
        assertThatThrownBy(() -> HttpServer.start(HttpServer.Options.on("127.0.0.1", port), _ -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on 127.0.0.1:" + port + ": the port is taken");
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_is_not_there_is_told_in_one_sentence(Wire wire) throws Exception {
        var pair = serve(wire, _ -> {});
        pair.server().close();
        assertThatThrownBy(() -> pair.client().send(pair.get("/")))
                .isInstanceOf(ConnectException.class)
                .hasMessage("cannot connect to 127.0.0.1:" + pair.server().port() + ": Connection refused");
    }

    static <T> Future<T> inBackground(java.util.concurrent.Callable<T> work) {
        var future = new java.util.concurrent.FutureTask<>(work);
        Thread.startVirtualThread(future);
        return future;
    }

    /// The value once it has stopped moving.
    private static long settled(AtomicLong value) {
        var last = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(200))
                .until(() -> value.get() > 0 && last.getAndSet(value.get()) == value.get());
        return value.get();
    }
}
