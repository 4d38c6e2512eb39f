package io.amphora.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.api.transport.Transport.WatchEvent;
import io.amphora.http.HttpExchange;
import io.amphora.http.HttpServer;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpTransportTest {
    private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private Answer answer = new Answer(200, "{}");
    private HttpServer server;
    private Client client;

    private record Answer(int code, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.start(HttpServer.Options.on("127.0.0.1", 0), this::handle);
        var config = Kubeconfig.EMPTY
                .withCluster("c", ObjectTree.of("server", "http://127.0.0.1:" + server.port()))
                .withUser("u", ObjectTree.of("token", "secret", "as", "jane", "as-groups", List.of("a", "b")))
                .withContext("x", ObjectTree.of("cluster", "c", "user", "u"));
        client = new Client(new HttpTransport(config.connection("x")), "tester/1.0");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        asked.add(exchange.method() + " " + exchange.rawPath()
                + (exchange.rawQuery().isEmpty() ? "" : "?" + exchange.rawQuery()) + " "
                + new String(exchange.body(1 << 20), StandardCharsets.UTF_8));
        asked.add(exchange.header("authorization") + " " + exchange.headers().get("impersonate-user")
                + exchange.headers().get("impersonate-group") + exchange.header("user-agent"));
        var headers = Map.of("content-type", List.of("application/json"));
        if (exchange.rawQuery().contains("watch=true")) {
            try (var out = exchange.stream(200, headers)) {
                out.write(answer.body().getBytes(StandardCharsets.UTF_8));
            }
        } else exchange.respond(answer.code(), headers, answer.body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_request_carries_credentials_identity_and_json() throws InterruptedException {
        answer = new Answer(201, "{\"metadata\":{\"name\":\"m\",\"resourceVersion\":\"5\"}}");
        var map = ConfigMap.EMPTY
                .withMetadata(ConfigMap.EMPTY.metadata().withName("m"))
                .withData(Map.of("k", "ü"));
        ConfigMap made = client.resource(ConfigMaps.DEFINITION).inNamespace("n").create(map);
        assertThat(made.metadata().resourceVersion()).isEqualTo("5");
        assertThat(asked.take()).isEqualTo("POST /api/v1/namespaces/n/configmaps " + Json.write(map.tree()));
        assertThat(asked.take()).isEqualTo("Bearer secret [jane][a, b]tester/1.0");
    }

    @Test
    void what_a_query_says_is_encoded() throws InterruptedException {
        answer = new Answer(
                200, "{\"metadata\":{\"resourceVersion\":\"5\"},\"items\":[{\"metadata\":{\"name\":\"m\"}}]}");
        var page = client.resource(ConfigMaps.DEFINITION).list(ListOptions.ALL.withLabels("a in (b, c),d!=é"));
        assertThat(page.items()).extracting(ConfigMap::kind).containsExactly("ConfigMap");
        assertThat(asked.take().strip())
                .isEqualTo("GET /api/v1/configmaps?labelSelector=a%20in%20%28b%2C%20c%29%2Cd%21%3D%C3%A9");
    }

    @Test
    void a_status_of_the_server_becomes_the_exception() {
        answer = new Answer(
                404, "{\"kind\":\"Status\",\"reason\":\"NotFound\",\"message\":\"no such thing\",\"code\":404}");
        assertThat(client.resource(ConfigMaps.DEFINITION).inNamespace("n").find("m"))
                .isEmpty();
        assertThatThrownBy(() ->
                        client.resource(ConfigMaps.DEFINITION).inNamespace("n").get("m"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.reason()).isEqualTo("NotFound"))
                .hasMessage("no such thing");
    }

    @Test
    void a_plain_answer_becomes_a_status_of_its_code() {
        answer = new Answer(403, "not you\n");
        assertThatThrownBy(() -> client.get("/apis"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.code()).isEqualTo(403))
                .hasMessage("not you");
    }

    @Test
    void a_server_that_is_not_there_is_a_503() {
        server.close();
        assertThatThrownBy(() -> client.get("/apis"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.code()).isEqualTo(503));
    }

    @Test
    void a_watch_tells_line_by_line_and_says_when_it_ends() throws InterruptedException {
        answer = new Answer(200, """
                {"type":"ADDED","object":{"metadata":{"name":"a"}}}
                {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}
                """);
        var events = new LinkedBlockingQueue<WatchEvent>();
        var closed = new CountDownLatch(1);
        try (var open = client.resource(ConfigMaps.DEFINITION).watch(ListOptions.ALL, events::add, closed::countDown)) {
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(open.requestBookmark()).isFalse();
        }
        assertThat(events).extracting(WatchEvent::type).containsExactly("ADDED", "BOOKMARK");
    }
}
