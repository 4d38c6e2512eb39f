package io.amphora.apiserver.subresource;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.request.Reply;
import io.amphora.http.HttpClient;
import io.amphora.http.HttpExchange;
import io.amphora.http.HttpServer;
import io.amphora.http.Request;
import io.amphora.http.Response;
import io.amphora.http.Tls;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What clients see of a server behind the proxy, on real connections.
@Timeout(30)
class ProxiedServerTest {
    private static final String PAGE = "<a href=\"/x\">";

    private final HttpClient client = HttpClient.create(Tls.DEFAULT);
    private final PassThrough passing = new PassThrough(HttpClient.create(Tls.DEFAULT));
    private HttpServer behind;
    private HttpServer front;

    @BeforeEach
    void start() throws IOException {
        behind = HttpServer.start(HttpServer.Options.on("127.0.0.1", 0), ProxiedServerTest::answer);
        front = HttpServer.start(HttpServer.Options.on("127.0.0.1", 0), exchange -> {
            String url = "http://127.0.0.1:" + behind.port() + exchange.rawPath();
            Reply reply = exchange.rawPath().startsWith("/log")
                    ? passing.by(
                            url,
                            Unreachable.KUBELET,
                            (each, client, behind) -> PodLog.carry(each, client, url, "web", behind))
                    : passing.to(url, "/front");
            ((Reply.Connection) reply).takeOver().accept(exchange);
        });
    }

    private static void answer(HttpExchange exchange) throws IOException {
        switch (exchange.rawPath()) {
            case "/page" -> page(exchange, Map.of(), PAGE.getBytes(StandardCharsets.UTF_8));
            case "/packed" -> page(exchange, Map.of("content-encoding", List.of("gzip")), packed());
            case "/moved" -> exchange.respond(302, Map.of("location", List.of("/elsewhere")), new byte[0]);
            case "/uri" -> text(exchange, 200, exchange.header("x-forwarded-uri"));
            case "/log400" -> text(exchange, 400, "container \"c\" in pod \"web\" is waiting to start");
            case "/log404" -> text(exchange, 404, "pod not found");
            case "/log500" -> text(exchange, 500, "broken");
            default -> text(exchange, 200, PAGE);
        }
    }

    private static void page(HttpExchange exchange, Map<String, List<String>> more, byte[] body) {
        var headers = new java.util.HashMap<>(more);
        headers.put("content-type", List.of("text/html; charset=utf-8"));
        exchange.respond(200, headers, body);
    }

    private static void text(HttpExchange exchange, int code, String text) {
        exchange.respond(code, Map.of("content-type", List.of("text/plain")), text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] packed() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var packed = new GZIPOutputStream(out)) {
            packed.write(PAGE.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    @AfterEach
    void stop() {
        client.close();
        front.close();
        passing.close();
        behind.close();
    }

    private Response get(String path) throws IOException {
        return client.send(Request.get("http://127.0.0.1:" + front.port() + path));
    }

    private String text(String path) throws IOException {
        return new String(get(path).body(), StandardCharsets.UTF_8);
    }

    @Test
    void links_of_pages_and_redirects_lead_through_the_proxy() throws IOException {
        assertThat(text("/page")).isEqualTo("<a href=\"/front/x\">");
        var packed = new GZIPInputStream(new ByteArrayInputStream(get("/packed").body()));
        assertThat(new String(packed.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("<a href=\"/front/x\">");
        assertThat(text("/plain")).isEqualTo(PAGE);
        assertThat(get("/moved").header("location")).isEqualTo("/front/elsewhere");
        assertThat(text("/uri")).isEqualTo("/front/uri");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /log400 | 400 | BadRequest    | container "c" in pod "web" is waiting to start
            /log404 | 404 | NotFound      | the server could not find the requested resource ( pods/log web)
            /log500 | 500 | InternalError | Internal error occurred: broken
            """)
    void what_a_kubelet_refuses_is_a_status(String path, int code, String reason, String message) throws IOException {
        status(path, code, reason, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /x   | 503 | ServiceUnavailable | error trying to reach service: dial tcp 127.0.0.1:PORT: connect: connection refused
            /log | 500 |                    | Get "http://127.0.0.1:PORT/log": dial tcp 127.0.0.1:PORT: connect: connection refused
            """)
    void a_server_that_is_not_there_is_told(String path, int code, String reason, String message) throws IOException {
        behind.close();
        status(path, code, reason == null ? "" : reason, message.replace("PORT", Integer.toString(behind.port())));
    }

    private void status(String path, int code, String reason, String message) throws IOException {
        Response response = get(path);
        ObjectTree status = Json.read(response.body()).object();
        assertThat(response.status()).isEqualTo(code);
        assertThat(status.text("message")).isEqualTo(message);
        assertThat(status.text("reason")).isEqualTo(reason);
        assertThat(status.whole("code")).isEqualTo(code);
    }
}
