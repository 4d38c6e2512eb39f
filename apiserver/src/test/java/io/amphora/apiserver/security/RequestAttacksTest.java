package io.amphora.apiserver.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.Attributes;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.chain.RequestLimits;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.apiserver.testing.RawServer.Answer;
import io.amphora.http.HttpServer;
import io.amphora.machinery.time.testing.FakeClock;
import io.amphora.store.MemoryStore;
import io.amphora.store.Store;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a request may do to a server before and while it is handled: bodies of those who may nothing, too many at a
/// time, headers that are none, tokens in odd places.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RequestAttacksTest {
    private static final FakeClock CLOCK = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final byte[] NOTHING = {};
    private static final RequestLimits FEW = new RequestLimits(4, 4, 100, 100, 20_000, 1 << 20, Duration.ofSeconds(2));

    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private final Store store = new MemoryStore();
    private final List<Socket> sockets = new ArrayList<>();
    private final ApiServer server = ApiServer.start(
            store,
            ApiServerConfig.standard()
                    .withClock(CLOCK)
                    .withLimits(FEW)
                    .withLog(faults::add)
                    .withAuthorizers(List.of(RequestAttacksTest::decide))
                    .withTokens(List.of((token, audiences) -> switch (token) {
                        case "master" -> Optional.of(User.of("root", User.MASTERS, User.AUTHENTICATED));
                        case "writer", "other", "bug" -> Optional.of(User.of(token, User.AUTHENTICATED));
                        default -> Optional.empty();
                    })));

    /// Writers may everything; what decides for `bug` does not work.
    private static Authorizer.Decision decide(Attributes what) {
        return switch (what.user().name()) {
            case "writer", "other" -> new Authorizer.Decision.Allowed("for the test");
            case "bug" -> throw new StackOverflowError("secret of the server");
            default -> new Authorizer.Decision.NoOpinion("");
        };
    }

    @AfterEach
    void close() throws Exception {
        for (var socket : sockets) socket.close();
        server.close();
        store.close();
    }

    private HttpServer listen() throws IOException {
        return HttpServer.start(HttpServer.Options.on("127.0.0.1", 0), server.http());
    }

    private Socket open(HttpServer http, String request) throws IOException {
        var socket = new Socket("127.0.0.1", http.port());
        sockets.add(socket);
        socket.getOutputStream().write(request.getBytes(UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    private static String post(String path, String token, long length) {
        String who = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
        return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + who + "Content-Type: application/json\r\nContent-Length: "
                + length + "\r\n\r\n";
    }

    private static String firstLine(Socket socket) throws IOException {
        var line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c >= 0 && c != '\r';
                c = socket.getInputStream().read()) line.append((char) c);
        return line.toString();
    }

    private static String whole(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    // ---- refused on the headers ----

    record Unwanted(String name, String request, String status) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Unwanted> a_body_is_not_waited_for() {
        return Stream.of(
                new Unwanted("of nobody", post(MAPS, "", 3_000_000), "403"),
                new Unwanted("of somebody with a wrong token", post(MAPS, "wrong", 3_000_000), "401"),
                new Unwanted("of nobody, of a path that is none", post("/nowhere", "", 9), "403"),
                new Unwanted("for a kind that is none", post("/api/v1/teapots", "writer", 9), "404"),
                new Unwanted("for a path that is none", post("/nowhere", "writer", 9), "404"),
                new Unwanted("for a verb that is none", post(MAPS + "/one", "writer", 9), "405"),
                new Unwanted("that is too large", post(MAPS, "writer", 3_145_729), "413"),
                new Unwanted("for which there is no room", post(MAPS, "writer", 12_000), "429"));
    }

    @ParameterizedTest
    @MethodSource
    void a_body_is_not_waited_for(Unwanted body) throws Exception {
        try (var http = listen()) {
            assertThat(firstLine(open(http, body.request()))).startsWith("HTTP/1.1 " + body.status());
        }
    }

    @Test
    void who_asks_first_whether_to_send_his_body_is_told_no() throws Exception {
        try (var http = listen()) {
            String request = post(MAPS, "", 3_000_000).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
            assertThat(whole(open(http, request)))
                    .startsWith("HTTP/1.1 403")
                    .contains("connection: close")
                    .doesNotContain("100 Continue");
        }
    }

    @Test
    void a_body_that_does_not_come_ends_as_kubernetes_ends_it() throws Exception {
        try (var http = listen()) {
            assertThat(whole(open(http, post(MAPS, "writer", 100))))
                    .startsWith("HTTP/1.1 504")
                    .contains("connection: close")
                    .contains("\"reason\":\"Timeout\"")
                    .contains("Timeout: request did not complete within the allotted timeout");
        }
    }

    // ---- in flight ----

    /// Two requests that write take a writer's half.
    @Test
    void one_user_takes_no_more_than_half_and_others_go_on() throws Exception {
        try (var http = listen()) {
            for (int i = 0; i < 2; i++) open(http, post(MAPS, "writer", 100));
            var full = new ArrayList<String>();
            await().until(() -> {
                full.add(whole(open(http, closing("POST", MAPS, "writer"))));
                return full.getLast().contains(" 429 ");
            });
            assertThat(full.getLast())
                    .contains("retry-after: 1\r\n")
                    .contains("content-type: text/plain; charset=utf-8\r\n")
                    .endsWith("\r\n\r\nToo many requests, please try again later.\n");
            assertThat(firstLine(open(http, closing("POST", MAPS, "other")))).doesNotContain("429");
            assertThat(firstLine(open(http, closing("POST", MAPS, "master")))).doesNotContain("429");
            assertThat(firstLine(open(http, closing("GET", MAPS, "writer")))).contains("200");
            assertThat(firstLine(open(http, closing("GET", "/healthz", "")))).contains("200");
        }
    }

    private static String closing(String method, String path, String token) {
        String who = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
        return method + " " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + who + "\r\n";
    }

    @Test
    void nobody_in_particular_takes_nothing() throws Exception {
        try (var http = listen()) {
            for (int i = 0; i < 20; i++) open(http, post(MAPS, "", 3_000_000));
            assertThat(firstLine(open(http, closing("GET", MAPS, "writer")))).contains("200");
        }
    }

    @Test
    void what_was_taken_is_given_back() {
        var http = new InMemoryHttp(server.http(), Map.of("authorization", "Bearer writer"), CLOCK);
        for (int i = 0; i < 50; i++) {
            byte[] map = ("{\"metadata\":{\"name\":\"map-" + i + "\"},\"data\":{\"a\":\"" + "x".repeat(5_000) + "\"}}")
                    .getBytes(UTF_8);
            assertThat(http.call("POST", MAPS, Map.of("content-type", "application/json"), map)
                            .code())
                    .isEqualTo(201);
            assertThat(http.call("GET", MAPS, Map.of(), NOTHING).code()).isEqualTo(200);
        }
    }

    // ---- headers that are none ----

    record Odd(String name, Map<String, String> headers, int code) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Odd odd(String header, String value, int code) {
        return new Odd(header + ": " + value, Map.of(header, value), code);
    }

    static Stream<Odd> an_odd_header_is_no_fault_of_the_server() {
        return Stream.of(
                odd("accept", ";", 406),
                odd("accept", ",", 406),
                odd("accept", ";;;", 406),
                odd("accept", ";q=1", 406),
                odd("accept", "/", 406),
                odd("accept", "application/json;", 200),
                odd("accept", "application/json;=", 200),
                odd("accept", "application/json;q=", 200),
                odd("accept", "application/json;q=NaN", 200),
                odd("accept", "application/json;q=1e999", 200),
                odd("accept", "application/json;q=-1,application/yaml;q=NaN", 200),
                odd("accept", "application/json;as=;v=;g=", 200),
                odd("accept", "application/json;as=Table;v=;g=", 406),
                odd("accept", "\u0000", 406),
                odd("content-type", ";", 200),
                odd("content-length", "x", 200),
                odd("authorization", "Bearer", 403),
                odd("authorization", "", 403),
                odd("authorization", "Bearer  ", 403),
                odd("authorization", "Bearer ..", 401),
                odd("authorization", "Basic %%%", 403),
                odd("upgrade", ",", 200),
                odd("connection", ",", 200),
                odd("if-none-match", "\"", 200),
                odd("user-agent", "", 200),
                odd("expect", "tea", 200));
    }

    @ParameterizedTest
    @MethodSource
    void an_odd_header_is_no_fault_of_the_server(Odd odd) {
        var http = new InMemoryHttp(server.http(), Map.of("authorization", "Bearer writer"), CLOCK);
        for (String path : List.of(MAPS, MAPS + "?watch=1&timeoutSeconds=0", "/api", "/apis", "/openapi/v2")) {
            Answer answer = path.contains("watch")
                    ? http.watch(path, odd.headers(), 0, Duration.ZERO)
                    : http.call("GET", path, odd.headers(), NOTHING);
            assertThat(answer.code()).as(path).isNotEqualTo(500);
        }
        assertThat(http.call("GET", MAPS, odd.headers(), NOTHING).code()).isEqualTo(odd.code());
        assertThat(faults).isEmpty();
    }

    // ---- tokens among subprotocols ----

    private static String token(String token) {
        return "base64url.bearer.authorization.k8s.io."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(token.getBytes(UTF_8));
    }

    record Offered(String name, String subprotocols, String upgrade, int code) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Offered> a_token_among_the_subprotocols_counts_if_it_is_the_only_one_and_not_alone() {
        String bad = "base64url.bearer.authorization.k8s.io.";
        return Stream.of(
                new Offered("a good token", token("writer") + ", v4.channel.k8s.io", "websocket", 200),
                new Offered("a good token behind", "v4.channel.k8s.io," + token("writer"), "WebSocket", 200),
                new Offered("a wrong token", token("wrong") + ", v4.channel.k8s.io", "websocket", 401),
                new Offered("two tokens", token("writer") + "," + token("writer") + ",v4", "websocket", 401),
                new Offered("a token alone", token("writer"), "websocket", 401),
                new Offered("one that is no base64", bad + "%%%, v4", "websocket", 401),
                new Offered("one with padding", bad + "d3JpdGVyMQ==, v4", "websocket", 401),
                new Offered("one that is no text", bad + "_w, v4", "websocket", 401),
                new Offered("no WebSocket", token("writer") + ", v4.channel.k8s.io", "tea", 403));
    }

    @ParameterizedTest
    @MethodSource
    void a_token_among_the_subprotocols_counts_if_it_is_the_only_one_and_not_alone(Offered offered) {
        var http = new InMemoryHttp(server.http(), Map.of(), CLOCK);
        var headers = Map.of(
                "connection", "keep-alive, Upgrade",
                "upgrade", offered.upgrade(),
                "sec-websocket-protocol", offered.subprotocols());
        Answer answer = http.call("GET", MAPS, headers, NOTHING);
        assertThat(answer.code()).isEqualTo(offered.code());
        assertThat(answer.headers()).doesNotContainKey("sec-websocket-protocol");
    }

    // ---- faults ----

    @Test
    void a_fault_of_the_server_is_told_to_its_log_alone() {
        var http = new InMemoryHttp(server.http(), Map.of("authorization", "Bearer bug"), CLOCK);
        Answer answer = http.call("GET", MAPS, Map.of(), NOTHING);
        assertThat(answer.code()).isEqualTo(500);
        assertThat(new String(answer.body(), UTF_8))
                .contains("\"reason\":\"InternalError\"")
                .doesNotContain("secret")
                .doesNotContain("java.lang");
        assertThat(faults).hasSize(1);
    }
}
