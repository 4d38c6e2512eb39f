package io.amphora.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.http.spdy.SpdyConnection;
import io.amphora.http.websocket.WebSocketConnection;
import io.amphora.http.websocket.WebSocketConnection.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// WebSocket and SPDY/3.1, our client against our server, with and without TLS.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UpgradeTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    enum Wire {
        PLAIN,
        TLS,
        /// TLS, from the client for commands.
        LEAN
    }

    private record Pair(HttpServer server, HttpClient client, Request request) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
            server.close();
        }
    }

    private static Pair serve(Wire wire, HttpHandler handler) throws IOException {
        var options = HttpServer.Options.on("127.0.0.1", 0);
        var server = HttpServer.start(wire == Wire.PLAIN ? options : options.withTls(CERTIFICATES.server()), handler);
        String url = (wire == Wire.PLAIN ? "http" : "https") + "://127.0.0.1:" + server.port() + "/exec?command=ls";
        var tls = CERTIFICATES.anonymous();
        var client = wire == Wire.LEAN ? HttpClient.lean(tls) : HttpClient.create(tls);
        return new Pair(server, client, Request.get(url));
    }

    // ---- WebSocket ----

    private static final HttpHandler SOCKET_ECHO = exchange -> {
        try (var socket =
                exchange.upgrade(WebSocketConnection.accepting(List.of("v5.channel.k8s.io", "v4.channel.k8s.io")))) {
            while (true) {
                switch (socket.read()) {
                    case Message.Text(String text) -> socket.write("echo " + text);
                    case Message.Binary(byte[] bytes) -> socket.write(bytes);
                    case Message.Closed _ -> {
                        return;
                    }
                }
            }
        }
    };

    @ParameterizedTest
    @EnumSource
    void messages_of_all_sizes_are_echoed(Wire wire) throws Exception {
        try (var pair = serve(wire, SOCKET_ECHO);
                var socket = WebSocketConnection.connect(
                        pair.client(),
                        pair.request(),
                        List.of("v9.unknown", "v4.channel.k8s.io", "v5.channel.k8s.io"))) {
            assertThat(socket.subprotocol()).isEqualTo("v4.channel.k8s.io");
            socket.write("hällo");
            assertThat(socket.read()).isEqualTo(new Message.Text("echo hällo"));
            socket.ping(new byte[] {1, 2, 3});
            for (int size : List.of(0, 1, 125, 126, 65_535, 65_536, 3_000_000)) {
                byte[] bytes = new byte[size];
                for (int i = 0; i < size; i++) {
                    bytes[i] = (byte) (i * 7);
                }
                socket.write(bytes);
                assertThat(((Message.Binary) socket.read()).bytes()).isEqualTo(bytes);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_close_arrives_with_its_code_behind_all_messages(Wire wire) throws Exception {
        try (var pair = serve(wire, exchange -> {
                    var socket = exchange.upgrade(WebSocketConnection.accepting(List.of()));
                    for (int i = 0; i < 100; i++) {
                        socket.write(new byte[10_000]);
                    }
                    socket.close(4000, "enough");
                });
                var socket = WebSocketConnection.connect(pair.client(), pair.request(), List.of())) {
            socket.write("a word the server never reads");
            for (int i = 0; i < 100; i++) {
                assertThat(((Message.Binary) socket.read()).bytes()).hasSize(10_000);
            }
            assertThat(socket.read()).isEqualTo(new Message.Closed(4000, "enough"));
        }
    }

    @Test
    void a_socket_whose_client_vanishes_is_closed_for_the_handler() throws Exception {
        var last = new LinkedBlockingQueue<Message>();
        var gone = new CountDownLatch(1);
        try (var pair = serve(Wire.PLAIN, exchange -> {
            exchange.onClose(gone::countDown);
            last.add(exchange.upgrade(WebSocketConnection.accepting(List.of())).read());
        })) {
            pair.client()
                    .upgrade(pair.request()
                            .withHeader("connection", "upgrade")
                            .withHeader("upgrade", "WebSocket")
                            .withHeader("sec-websocket-version", "13")
                            .withHeader("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA=="))
                    .connection()
                    .close();
            assertThat(last.take()).isEqualTo(new Message.Closed(1006, "the connection ended"));
            gone.await();
        }
    }

    @Test
    void the_handshake_of_the_rfc_is_answered_as_in_the_rfc() throws Exception {
        try (var pair = serve(Wire.PLAIN, SOCKET_ECHO)) {
            var upgraded = pair.client()
                    .upgrade(pair.request()
                            .withHeader("connection", "keep-alive, Upgrade")
                            .withHeader("upgrade", "websocket")
                            .withHeader("sec-websocket-version", "13")
                            .withHeader("sec-websocket-protocol", "v5.channel.k8s.io")
                            .withHeader("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="));
            assertThat(upgraded.header("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(upgraded.header("sec-websocket-protocol")).isEqualTo("v5.channel.k8s.io");
            // Fragments with a ping between them; masked with zeros, so that they can be read here.
            upgraded.connection().send(new byte[] {1, (byte) 0x82, 0, 0, 0, 0, 'a', 'b'});
            upgraded.connection().send(new byte[] {(byte) 0x89, (byte) 0x81, 0, 0, 0, 0, 'p'});
            upgraded.connection().send(new byte[] {(byte) 0x80, (byte) 0x81, 0, 0, 0, 0, 'c'});
            assertThat(upgraded.connection().input().readNBytes(3)).containsExactly(0x8a, 1, 'p');
            assertThat(upgraded.connection().input().readNBytes(10)).asString().endsWith("echo abc");
            // Unmasked: a violation.
            upgraded.connection().send(new byte[] {(byte) 0x81, 1, 'x'});
            assertThat(upgraded.connection().input().readNBytes(4))
                    .startsWith(0x88)
                    .containsSequence(0x03, 0xea);
            upgraded.connection().close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1.unknown"})
    void an_upgrade_that_is_refused_can_still_be_answered(String subprotocol) throws Exception {
        try (var pair = serve(Wire.TLS, exchange -> {
            try {
                exchange.upgrade(WebSocketConnection.accepting(List.of("v5.channel.k8s.io")));
            } catch (HttpExchange.UpgradeException e) {
                exchange.respond(400, Map.of(), String.valueOf(e.getMessage()).getBytes(UTF_8));
            }
        })) {
            assertThatThrownBy(() -> WebSocketConnection.connect(
                            pair.client(), pair.request(), subprotocol.isEmpty() ? List.of() : List.of(subprotocol)))
                    .isInstanceOfSatisfying(UpgradeRefusedException.class, refused -> {
                        assertThat(refused.response().status()).isEqualTo(400);
                        assertThat(refused.response().header("content-length")).isNotEmpty();
                        refused.response().close();
                    });
            var overHttp2 = pair.client().send(pair.request().withTimeout(java.time.Duration.ofSeconds(5)));
            assertThat(overHttp2.status()).isEqualTo(400);
        }
    }

    // ---- SPDY ----

    /// Echoes each stream in capitals; the stream named `reset` is reset.
    private static final HttpHandler SPDY_ECHO = exchange -> {
        try (var spdy = exchange.upgrade(
                SpdyConnection.accepting(Map.of("x-stream-protocol-version", List.of("v4.channel.k8s.io"))))) {
            for (var next = spdy.accept(); next.isPresent(); next = spdy.accept()) {
                var stream = next.get();
                Thread.startVirtualThread(() -> {
                    if (stream.header("streamtype").equals("reset")) {
                        stream.reset();
                        return;
                    }
                    try (stream) {
                        byte[] buffer = new byte[8192];
                        for (int n = stream.input().read(buffer);
                                n >= 0;
                                n = stream.input().read(buffer)) {
                            stream.output()
                                    .write(new String(buffer, 0, n, UTF_8)
                                            .toUpperCase(java.util.Locale.ROOT)
                                            .getBytes(UTF_8));
                        }
                    } catch (IOException e) {
                        stream.reset();
                    }
                });
            }
        }
    };

    @ParameterizedTest
    @EnumSource
    void streams_run_beside_each_other_and_end_one_by_one(Wire wire) throws Exception {
        try (var pair = serve(wire, SPDY_ECHO);
                var spdy = SpdyConnection.connect(pair.client(), pair.request())) {
            assertThat(spdy.handshake()).containsEntry("x-stream-protocol-version", List.of("v4.channel.k8s.io"));
            var streams = new ArrayList<io.amphora.http.spdy.SpdyStream>();
            for (int i = 0; i < 50; i++) {
                streams.add(spdy.open(Map.of("streamType", List.of("stdin"), "requestID", List.of("" + i))));
            }
            spdy.ping();
            for (var stream : streams) {
                stream.output().write("hello ".getBytes(UTF_8));
            }
            for (var stream : streams.reversed()) {
                stream.output().write("world".getBytes(UTF_8));
                stream.output().close();
                assertThat(stream.input().readAllBytes()).asString().isEqualTo("HELLO WORLD");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void much_passes_through_a_stream(Wire wire) throws Exception {
        try (var pair = serve(wire, SPDY_ECHO);
                var spdy = SpdyConnection.connect(pair.client(), pair.request())) {
            var stream = spdy.open(Map.of());
            byte[] much = "abcdefghij".repeat(1_000_000).getBytes(UTF_8);
            Thread.startVirtualThread(() -> {
                try (var out = stream.output()) {
                    out.write(much);
                } catch (IOException e) {
                    stream.reset();
                }
            });
            assertThat(new String(stream.input().readAllBytes(), UTF_8)).isEqualTo("ABCDEFGHIJ".repeat(1_000_000));
        }
    }

    @Test
    void a_stream_that_is_reset_fails_and_the_others_go_on() throws Exception {
        try (var pair = serve(Wire.PLAIN, SPDY_ECHO);
                var spdy = SpdyConnection.connect(pair.client(), pair.request())) {
            var fine = spdy.open(Map.of());
            var reset = spdy.open(Map.of("streamtype", List.of("reset")));
            assertThatThrownBy(() -> reset.input().read()).hasMessage("the other side reset the stream");
            fine.output().write('x');
            assertThat(fine.input().read()).isEqualTo('X');
        }
    }

    @Test
    void a_connection_that_ends_fails_what_is_open_on_both_sides() throws Exception {
        var over = new CountDownLatch(1);
        var failure = new AtomicReference<IOException>();
        try (var pair = serve(Wire.TLS, exchange -> {
            try (var spdy = exchange.upgrade(SpdyConnection.accepting(Map.of()))) {
                var stream = spdy.accept().orElseThrow();
                try {
                    stream.input().read();
                } catch (IOException e) {
                    failure.set(e);
                }
                assertThat(spdy.accept()).isEmpty();
                over.countDown();
            }
        })) {
            var spdy = SpdyConnection.connect(pair.client(), pair.request());
            var stream = spdy.open(Map.of());
            spdy.close();
            over.await();
            assertThat(failure.get()).isNotNull();
            assertThatThrownBy(() -> stream.input().read()).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> spdy.open(Map.of())).isInstanceOf(IOException.class);
            assertThat(spdy.accept()).isEmpty();
        }
    }

    @Test
    void the_last_words_of_a_handler_arrive() throws Exception {
        try (var pair = serve(Wire.PLAIN, exchange -> {
            try (var spdy = exchange.upgrade(SpdyConnection.accepting(Map.of()))) {
                var stream = spdy.accept().orElseThrow();
                stream.output().write("exit 7".getBytes(UTF_8));
                stream.output().close();
            }
        })) {
            for (int i = 0; i < 100; i++) {
                try (var spdy = SpdyConnection.connect(pair.client(), pair.request())) {
                    var stream = spdy.open(Map.of());
                    try {
                        spdy.ping(); // bytes that the server has not read when it closes
                    } catch (IOException e) {
                        assertThat(e).hasMessageContaining("closed"); // it was faster
                    }
                    assertThat(stream.input().readAllBytes()).asString().isEqualTo("exit 7");
                }
            }
        }
    }

    @Test
    void spdy_runs_in_a_websocket() throws Exception {
        try (var pair = serve(Wire.TLS, exchange -> {
                    var socket =
                            exchange.upgrade(WebSocketConnection.accepting(List.of("SPDY/3.1+portforward.k8s.io")));
                    try (var spdy = SpdyConnection.over(socket.asDuplex(), false)) {
                        var stream = spdy.accept().orElseThrow();
                        stream.input().transferTo(stream.output());
                        stream.close();
                        assertThat(spdy.accept()).isEmpty();
                    }
                });
                var socket = WebSocketConnection.connect(
                        pair.client(), pair.request(), List.of("SPDY/3.1+portforward.k8s.io"));
                var spdy = SpdyConnection.over(socket.asDuplex(), true)) {
            var stream = spdy.open(Map.of("port", List.of("80")));
            byte[] bytes = "tunnel".repeat(100_000).getBytes(UTF_8);
            Thread.startVirtualThread(() -> {
                try (var out = stream.output()) {
                    out.write(bytes);
                } catch (IOException e) {
                    stream.reset();
                }
            });
            assertThat(stream.input().readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void a_proxy_passes_an_upgrade_through_without_looking_into_it() throws Exception {
        try (var backend = serve(Wire.PLAIN, SPDY_ECHO);
                var proxy = serve(Wire.TLS, exchange -> {
                    var upgraded = backend.client().upgrade(backend.request().withHeaders(exchange.headers()));
                    try (var ours = exchange.upgrade(HttpExchange.Upgrade.raw(upgraded.headers()));
                            var theirs = upgraded.connection()) {
                        exchange.onClose(theirs::close);
                        Thread.startVirtualThread(() -> pump(ours, theirs));
                        pump(theirs, ours);
                    }
                });
                var spdy = SpdyConnection.connect(proxy.client(), proxy.request())) {
            var stream = spdy.open(Map.of());
            stream.output().write("through".getBytes(UTF_8));
            stream.output().close();
            assertThat(stream.input().readAllBytes()).asString().isEqualTo("THROUGH");
        }
    }

    private static void pump(Duplex from, Duplex to) {
        byte[] buffer = new byte[16 * 1024];
        try {
            for (int n = from.input().read(buffer); n >= 0; n = from.input().read(buffer)) {
                to.output().write(buffer, 0, n);
                to.output().flush();
            }
        } catch (IOException e) {
            from.close();
        }
        to.close();
    }

    @Test
    void the_dictionary_is_that_of_the_protocol() throws Exception {
        var field = Class.forName("io.netty.handler.codec.spdy.SpdyCodecUtil").getDeclaredField("SPDY_DICT");
        field.setAccessible(true);
        var ours = Class.forName("io.amphora.http.spdy.HeaderBlocks").getDeclaredField("DICTIONARY");
        ours.setAccessible(true);
        assertThat((byte[]) ours.get(null)).isEqualTo((byte[]) field.get(null));
    }
}
