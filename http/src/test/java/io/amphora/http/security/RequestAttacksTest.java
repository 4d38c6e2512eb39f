package io.amphora.http.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amphora.http.HttpExchange;
import io.amphora.http.HttpHandler;
import io.amphora.http.HttpServer;
import io.amphora.http.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What strangers send over HTTP/1.1, and what becomes of it. Limits are short here, so that nobody waits long; nothing
/// is said about how long it takes.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestAttacksTest {
    private static final Limits SHORT =
            Limits.standard().withHead(Duration.ofMillis(200)).withIdle(Duration.ofMillis(400));
    private static final Duration REQUEST = Duration.ofMillis(300);
    private static final HttpExchange.Whole TOO_LATE = new HttpExchange.Whole(504, Map.of(), "late".getBytes(UTF_8));
    /// Of what one side may send before the other reads, the kernel keeps some megabytes.
    private static final byte[] BEYOND_THE_KERNEL = new byte[16 << 20];

    private static HttpServer serve(Limits limits, HttpHandler handler) throws IOException {
        return HttpServer.start(HttpServer.Options.on("127.0.0.1", 0).withLimits(limits), handler);
    }

    private static void hello(HttpExchange exchange) {
        exchange.respond(200, Map.of(), "hello".getBytes(UTF_8));
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /// All that comes until the server closes or resets.
    private static String rest(Socket socket) {
        var answer = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(answer);
        } catch (IOException reset) {
            // what came before counts
        }
        return answer.toString(ISO_8859_1);
    }

    private static long countRest(Socket socket) {
        long count = 0;
        try {
            var block = new byte[64 * 1024];
            for (int read = socket.getInputStream().read(block);
                    read >= 0;
                    read = socket.getInputStream().read(block)) count += read;
        } catch (IOException reset) {
            // what came before counts
        }
        return count;
    }

    private static String talk(HttpServer server, String text) throws IOException {
        try (var socket = new Socket("127.0.0.1", server.port())) {
            send(socket, text);
            return rest(socket);
        }
    }

    private static void assertAlive(HttpServer server) throws IOException {
        assertThat(talk(server, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200")
                .endsWith("hello");
    }

    record Refused(String name, String bytes, String answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Refused> what_is_no_request_is_refused() {
        return Stream.of(
                new Refused(
                        "HTTP/1.1 without a Host",
                        "GET / HTTP/1.1\r\n\r\n",
                        "HTTP/1.1 400 .*400 Bad Request: missing required Host header"),
                new Refused(
                        "two Hosts",
                        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                        "HTTP/1.1 400 .*400 Bad Request: too many Host headers"),
                new Refused(
                        "the same Host twice, in HTTP/1.0",
                        "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
                        "HTTP/1.1 400 .*too many Host headers"),
                new Refused(
                        "a Host with a path",
                        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                        "HTTP/1.1 400 .*400 Bad Request: malformed Host header"),
                new Refused("a Host with a user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", ".*malformed Host header"),
                new Refused("HTTP/2.0 in a request line", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "HTTP/1.1 505 .*"),
                new Refused("HTTP/0.9 in a request line", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", "HTTP/1.1 505 .*"),
                new Refused("a request line of HTTP/0.9", "GET /\r\n\r\n", "HTTP/1.1 400 .*"),
                new Refused("a version that is none", "GET / HTTP/1.x\r\nHost: a\r\n\r\n", "HTTP/1.1 400 .*"),
                new Refused(
                        "an expectation that nobody knows",
                        "POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n",
                        "HTTP/1.1 417 .*"),
                new Refused(
                        "thousands of small headers",
                        "GET / HTTP/1.1\r\nHost: a\r\n" + "a:b\r\n".repeat(5_000) + "\r\n",
                        "HTTP/1.1 431 .*"));
    }

    @ParameterizedTest
    @MethodSource
    void what_is_no_request_is_refused(Refused request) throws Exception {
        try (var server = serve(Limits.standard(), RequestAttacksTest::hello)) {
            assertThat(talk(server, request.bytes()).replaceAll("\\s+", " ")).matches(request.answer());
            assertAlive(server);
        }
    }

    static Stream<Refused> what_go_takes_is_taken() {
        return Stream.of(
                new Refused("HTTP/1.0 without a Host", "GET / HTTP/1.0\r\n\r\n", "HTTP/1.0 200 .*hello"),
                new Refused(
                        "HTTP/1.2, which is some HTTP/1",
                        "GET / HTTP/1.2\r\nHost: a\r\nConnection: close\r\n\r\n",
                        "HTTP/1.1 200 .*hello"),
                new Refused(
                        "an empty Host",
                        "GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n",
                        "HTTP/1.1 200 .*hello"));
    }

    @ParameterizedTest
    @MethodSource
    void what_go_takes_is_taken(Refused request) throws Exception {
        try (var server = serve(Limits.standard(), RequestAttacksTest::hello)) {
            assertThat(talk(server, request.bytes()).replaceAll("\\s+", " ")).matches(request.answer());
        }
    }

    record Slow(String name, String bytes, String answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Slow> who_is_too_slow_is_cut_off() {
        return Stream.of(
                new Slow("a connection on which nothing comes", "", ""),
                new Slow("a head without an end", "GET / HTTP/1.1\r\nHost: a\r\n", ""),
                new Slow("a request line without an end", "GE", ""),
                new Slow(
                        "a second head without an end",
                        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HT",
                        "HTTP/1.1 200 .*hello"),
                new Slow("a client that asks no more", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 .*hello"),
                new Slow(
                        "a body that does not come, which is wanted",
                        "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
                        "HTTP/1.1 504 .*late"),
                new Slow(
                        "a body that stops in a chunk",
                        "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                        "HTTP/1.1 504 .*late"),
                new Slow(
                        "a small body that does not come and is not wanted",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
                        "HTTP/1.1 200 .*hello"),
                new Slow(
                        "a large body that does not come and is not wanted",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n",
                        "HTTP/1.1 200 .*connection: close .*hello"));
    }

    @ParameterizedTest
    @MethodSource
    void who_is_too_slow_is_cut_off(Slow client) throws Exception {
        try (var server = serve(SHORT, exchange -> {
            exchange.limit(REQUEST, TOO_LATE);
            if (exchange.method().equals("PUT")) exchange.body(100);
            hello(exchange);
        })) {
            assertThat(talk(server, client.bytes()).replaceAll("\\s+", " ")).matches(client.answer());
            assertAlive(server);
        }
    }

    @Test
    void who_does_not_take_his_answer_loses_it_and_its_handler_goes_on() throws Exception {
        var ended = new AtomicInteger();
        try (var server = serve(SHORT, exchange -> {
                    exchange.limit(REQUEST, TOO_LATE);
                    try {
                        exchange.respond(200, Map.of(), BEYOND_THE_KERNEL);
                    } finally {
                        ended.incrementAndGet();
                    }
                });
                var socket = new Socket("127.0.0.1", server.port())) {
            send(socket, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
            await().untilAtomic(ended, org.hamcrest.Matchers.is(1));
            assertThat(countRest(socket)).isLessThan(BEYOND_THE_KERNEL.length);
        }
    }

    @Test
    void who_does_not_take_his_answer_is_cut_off_also_where_nobody_set_a_limit() throws Exception {
        try (var server = serve(SHORT, exchange -> exchange.respond(200, Map.of(), new byte[200_000]));
                var socket = new Socket("127.0.0.1", server.port())) {
            send(socket, "GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100));
            await().until(() -> isCutOff(socket));
        }
    }

    /// As seen by who writes and does not read.
    private static boolean isCutOff(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    @Test
    void who_asks_ahead_and_reads_nothing_gets_no_second_answer_made() throws Exception {
        var asked = new AtomicInteger();
        try (var server = serve(Limits.standard(), exchange -> {
                    asked.incrementAndGet();
                    exchange.respond(200, Map.of(), BEYOND_THE_KERNEL);
                });
                var socket = new Socket("127.0.0.1", server.port())) {
            send(socket, "GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(20));
            await().untilAtomic(asked, org.hamcrest.Matchers.is(1));
            socket.getInputStream().readNBytes(1_000_000);
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void watchers_that_read_nothing_are_cut_off_together_and_who_reads_goes_on() throws Exception {
        var ended = new AtomicInteger();
        var stalled = new ArrayList<Socket>();
        try (var server = serve(Limits.standard().withAnswerBytes(3L * BEYOND_THE_KERNEL.length), exchange -> {
                    byte[] event = exchange.rawPath().equals("/large") ? BEYOND_THE_KERNEL : new byte[1024];
                    try (var events = exchange.stream(200, Map.of())) {
                        while (true) events.writeShared(event);
                    } finally {
                        if (event == BEYOND_THE_KERNEL) ended.incrementAndGet();
                    }
                });
                var reader = new Socket("127.0.0.1", server.port())) {
            send(reader, "GET /small HTTP/1.1\r\nhost: x\r\n\r\n");
            for (int i = 0; i < 20; i++) {
                var watcher = new Socket("127.0.0.1", server.port());
                stalled.add(watcher);
                send(watcher, "GET /large HTTP/1.1\r\nhost: x\r\n\r\n");
                reader.getInputStream().readNBytes(2_000_000);
            }
            await().until(() -> ended.get() >= 17);
            assertThat(reader.getInputStream().readNBytes(2_000_000)).hasSize(2_000_000);
        } finally {
            for (var watcher : stalled) watcher.close();
        }
    }

    @Test
    void a_body_that_nobody_wants_is_not_read_to_its_end() throws Exception {
        var stopped = new AtomicInteger();
        try (var server = serve(Limits.standard(), RequestAttacksTest::hello);
                var socket = new Socket("127.0.0.1", server.port())) {
            send(socket, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2000000000\r\n\r\n");
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    while (true) socket.getOutputStream().write(new byte[64 * 1024]);
                } catch (IOException closed) {
                    stopped.incrementAndGet();
                }
            });
            assertThat(rest(socket)).startsWith("HTTP/1.1 200").endsWith("hello");
            sender.join();
            assertThat(stopped).hasValue(1);
        }
    }

    @Test
    void beyond_the_most_connections_the_eldest_idle_one_gives_way() throws Exception {
        var strangers = new ArrayList<Socket>();
        try (var server = serve(Limits.standard().withConnections(10), RequestAttacksTest::hello)) {
            for (int i = 0; i < 40; i++) {
                var stranger = new Socket("127.0.0.1", server.port());
                strangers.add(stranger);
                send(stranger, "GET / HTTP/1.1\r\n");
            }
            assertAlive(server);
            for (var eldest : strangers.subList(0, 30)) assertThat(rest(eldest)).isEmpty();
        } finally {
            for (var stranger : strangers) stranger.close();
        }
    }

    @Test
    void heads_without_an_end_take_only_so_much_together() throws Exception {
        var strangers = new ArrayList<Socket>();
        try (var server = serve(Limits.standard().withUnfinishedBytes(200_000), RequestAttacksTest::hello)) {
            for (int i = 0; i < 5; i++) {
                var stranger = new Socket("127.0.0.1", server.port());
                strangers.add(stranger);
                send(stranger, "GET / HTTP/1.1\r\nx: " + "x".repeat(60_000));
            }
            // Whoever came when there was no room has lost his connection; which one it is depends on the kernel.
            await().until(() -> countClosed(strangers) > 0);
            assertAlive(server);
        } finally {
            for (var stranger : strangers) stranger.close();
        }
    }

    private static int countClosed(List<Socket> sockets) throws IOException {
        int closed = 0;
        for (var socket : sockets) {
            socket.setSoTimeout(1);
            try {
                if (socket.getInputStream().read() < 0) closed++;
            } catch (java.net.SocketTimeoutException open) {
                // it waits for the rest
            } catch (IOException reset) {
                closed++;
            }
        }
        return closed;
    }
}
