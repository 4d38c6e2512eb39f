package io.amphora.apiserver.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.codec.ProtobufCodec;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.http.HttpClient;
import io.amphora.http.HttpServer;
import io.amphora.http.Request;
import io.amphora.http.UpgradeRefusedException;
import io.amphora.http.websocket.WebSocketConnection;
import io.amphora.http.websocket.WebSocketConnection.Message;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Watches over WebSocket, on a real connection.
class WatchSocketTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final User ADMIN = new User("admin", "admin", List.of(User.MASTERS), Map.of());

    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(
            store,
            ApiServerConfig.standard()
                    .withTokens(List.of(
                            (token, audiences) -> token.equals("admin") ? Optional.of(ADMIN) : Optional.empty())));
    private final HttpClient client = HttpClient.create();
    private HttpServer http;

    @BeforeEach
    void listen() throws IOException {
        http = HttpServer.start(HttpServer.Options.on("127.0.0.1", 0), server.http());
    }

    @AfterEach
    void stop() {
        client.close();
        http.close();
        server.close();
        store.close();
    }

    private WebSocketConnection watch(String path, String accept, String... protocols) throws IOException {
        Request request = Request.get("http://127.0.0.1:" + http.port() + path)
                .withHeader("authorization", "Bearer admin")
                .withHeader("accept", accept);
        return WebSocketConnection.connect(client, request, List.of(protocols));
    }

    private void create(String name) {
        ObjectTree map = ObjectTree.of("metadata", ObjectTree.of("name", name));
        server.transport(User.ADMIN)
                .call(new ApiRequest(
                        "POST", MAPS, Map.of(), Map.of(), new ApiRequest.Body.Value("application/json", map)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                MAPS + "?watch=true",
                MAPS + "?watch=1",
                "/api/v1/configmaps?watch=true",
                "/api/v1/watch/namespaces/default/configmaps",
                "/api/v1/watch/namespaces/default/configmaps/a",
                MAPS + "?watch=true&fieldSelector=metadata.name%3Da",
            })
    void each_event_is_a_text(String path) throws IOException {
        try (var socket = watch(path, "application/json")) {
            create("a");
            String text = nextOf(socket, "a");
            assertThat(text).startsWith("{\"type\":\"ADDED\",\"object\":{\"kind\":\"ConfigMap\"");
        }
    }

    /// The event of an object; others come before it.
    private static String nextOf(WebSocketConnection socket, String name) throws IOException {
        while (true) {
            String text = ((Message.Text) socket.read()).text();
            ObjectTree object =
                    Json.read(text.getBytes(StandardCharsets.UTF_8)).object().object("object");
            if (object.object("metadata").text("name").equals(name)) return text;
        }
    }

    @Test
    void in_protobuf_each_event_is_binary() throws IOException {
        try (var socket = watch(
                MAPS + "?watch=true&fieldSelector=metadata.name%3Da", ProtobufCodec.MEDIA_TYPE + ";stream=watch")) {
            create("a");
            assertThat(socket.read()).isInstanceOf(Message.Binary.class);
        }
    }

    @Test
    void a_table_is_told_as_one() throws IOException {
        try (var socket = watch(
                MAPS + "?watch=true&fieldSelector=metadata.name%3Da", "application/json;as=Table;v=v1;g=meta.k8s.io")) {
            create("a");
            assertThat(((Message.Text) socket.read()).text()).contains("\"kind\":\"Table\"");
        }
    }

    @Test
    void a_watch_that_ends_closes_in_order() throws IOException {
        try (var socket = watch(
                MAPS + "?watch=true&timeoutSeconds=1&resourceVersion=0&fieldSelector=metadata.name%3Dno",
                "application/json")) {
            assertThat(socket.read()).isEqualTo(new Message.Closed(1000, ""));
        }
    }

    @Test
    void pings_are_answered_and_what_a_client_says_is_ignored() throws IOException {
        try (var socket = watch(MAPS + "?watch=true&fieldSelector=metadata.name%3Da", "application/json")) {
            socket.ping("are you there?".getBytes(StandardCharsets.UTF_8));
            socket.write("{}");
            socket.write(new byte[] {1, 2, 3});
            create("a");
            assertThat(nextOf(socket, "a")).contains("\"ADDED\"");
        }
    }

    @Test
    void a_subprotocol_is_agreed_to_and_a_token_is_none() throws IOException {
        try (var socket = watch(
                MAPS + "?watch=true",
                "application/json",
                "base64url.bearer.authorization.k8s.io.YWRtaW4",
                "base64.binary.k8s.io")) {
            assertThat(socket.subprotocol()).isEqualTo("base64.binary.k8s.io");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/v1/namespaces/default/configmaps?watch=true&labelSelector=a+b+c   | admin   | 400
            /api/v1/namespaces/default/configmaps?watch=true&sendInitialEvents=true | admin  | 422
            /api/v1/namespaces/default/nothings?watch=true                         | admin   | 404
            /api/v1/namespaces/default/configmaps?watch=true                       | nobody  | 401
            /api/v1/namespaces/default/configmaps?watch=true                       |         | 403
            """)
    void a_refusal_is_a_plain_answer(String path, String token, int code) {
        Request request = Request.get("http://127.0.0.1:" + http.port() + path);
        Request sent = token == null ? request : request.withHeader("authorization", "Bearer " + token);
        assertThatThrownBy(() -> WebSocketConnection.connect(client, sent, List.of()))
                .isInstanceOfSatisfying(UpgradeRefusedException.class, refused -> {
                    assertThat(refused.response().status()).isEqualTo(code);
                    refused.response().close();
                });
    }

    @Test
    void a_handshake_that_is_none_is_400() {
        Request request = Request.get("http://127.0.0.1:" + http.port() + MAPS + "?watch=true")
                .withHeader("authorization", "Bearer admin")
                .withHeader("connection", "Upgrade")
                .withHeader("upgrade", "websocket")
                .withHeader("sec-websocket-version", "13");
        assertThatThrownBy(() -> client.upgrade(request))
                .isInstanceOfSatisfying(UpgradeRefusedException.class, refused -> {
                    assertThat(refused.response().status()).isEqualTo(400);
                    refused.response().close();
                });
    }
}
