package io.amphora.apiserver.subresource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.apiserver.request.Reply;
import io.amphora.http.HttpClient;
import io.amphora.http.HttpExchange;
import io.amphora.http.HttpServer;
import io.amphora.http.Request;
import io.amphora.http.UpgradeRefusedException;
import io.amphora.http.websocket.WebSocketConnection;
import io.amphora.http.websocket.WebSocketConnection.Message;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Logs over WebSocket: a client, the server's part, and a kubelet, on real connections.
class LogSocketTest {
    private final HttpClient client = HttpClient.create();
    private final CountDownLatch kubeletIsLeft = new CountDownLatch(1);
    private HttpServer kubelet;
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        kubelet = HttpServer.start(HttpServer.Options.on("127.0.0.1", 0), this::log);
        var passing = new PassThrough(client);
        server = HttpServer.start(HttpServer.Options.on("127.0.0.1", 0), exchange -> {
            String url = "http://127.0.0.1:" + kubelet.port() + exchange.rawPath();
            var reply = (Reply.Connection) passing.by(
                    url, Unreachable.KUBELET, (each, client, behind) -> PodLog.carry(each, client, url, "web", behind));
            reply.takeOver().accept(exchange);
        });
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        kubelet.close();
    }

    private void log(HttpExchange exchange) throws IOException {
        assertThat(exchange.headers()).doesNotContainKeys("upgrade", "sec-websocket-key");
        switch (exchange.rawPath()) {
            case "/short" -> exchange.respond(200, Map.of(), "one\ntwo\n".getBytes(UTF_8));
            case "/follow" -> {
                exchange.onClose(kubeletIsLeft::countDown);
                try (var out = exchange.stream(200, Map.of())) {
                    out.flush();
                    kubeletIsLeft.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
            default -> exchange.respond(400, Map.of(), "container is waiting".getBytes(UTF_8));
        }
    }

    private WebSocketConnection open(String path, List<String> protocols) throws IOException {
        return WebSocketConnection.connect(client, Request.get("http://127.0.0.1:" + server.port() + path), protocols);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "binary.k8s.io"})
    void a_log_is_binary_and_begins_with_an_empty_message(String protocol) throws IOException {
        try (var socket = open("/short", protocol.isEmpty() ? List.of() : List.of("unknown", protocol))) {
            assertThat(socket.subprotocol()).isEqualTo(protocol);
            assertThat(((Message.Binary) socket.read()).bytes()).isEmpty();
            assertThat(((Message.Binary) socket.read()).bytes()).isEqualTo("one\ntwo\n".getBytes(UTF_8));
            assertThat(socket.read()).isEqualTo(new Message.Closed(1000, ""));
        }
    }

    @Test
    void in_base64_it_is_text() throws IOException {
        try (var socket = open("/short", List.of("base64.binary.k8s.io"))) {
            assertThat(socket.read()).isEqualTo(new Message.Text(""));
            assertThat(socket.read()).isEqualTo(new Message.Text("b25lCnR3bwo="));
        }
    }

    @Test
    void a_client_that_closes_ends_what_is_followed() throws Exception {
        try (var socket = open("/follow", List.of("binary.k8s.io"))) {
            assertThat(((Message.Binary) socket.read()).bytes()).isEmpty();
        }
        assertThat(kubeletIsLeft.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_refusal_of_the_kubelet_is_a_plain_answer() {
        refused("/waiting", List.of("binary.k8s.io"), 400);
    }

    @Test
    void a_subprotocol_that_no_log_has_is_403() {
        refused("/short", List.of("v4.channel.k8s.io"), 403);
    }

    private void refused(String path, List<String> protocols, int code) {
        assertThatThrownBy(() -> open(path, protocols))
                .isInstanceOfSatisfying(UpgradeRefusedException.class, refused -> {
                    assertThat(refused.response().status()).isEqualTo(code);
                    refused.response().close();
                });
    }
}
