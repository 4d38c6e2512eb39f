package io.amphora.kubelet.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.HTTPGetAction;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.runtime.testing.FakeRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a probe by HTTP makes of an answer that sends it elsewhere. Paths say what the server answers.
class RedirectsTest {
    private static final String BODY = "see there";

    private final Handlers handlers = new Handlers(new FakeRuntime(Clock.system()));
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", RedirectsTest::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        handlers.close();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String[] asked = exchange.getRequestURI().getPath().substring(1).split("/", 2);
        if (asked.length > 1) exchange.getResponseHeaders().add("Location", asked[1].replace("_", "//"));
        byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(Integer.parseInt(asked[0]), body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            /200                          | true  | none
            /302//200                     | true  | none
            /302//500                     | false | none
            /302/http:_elsewhere.invalid/ | true  | Probe terminated redirects, Response body: see there
            /308/http:_elsewhere.invalid/ | true  | Probe terminated redirects, Response body: see there
            /300                          | true  | Probe terminated redirects, Response body: see there
            /302                          | true  | Probe terminated redirects, Response body: see there
            /404                          | false | none
            """)
    void only_the_container_itself_is_followed(String path, boolean ok, String warning) {
        var action = HTTPGetAction.of(
                ObjectTree.of("path", path, "port", (long) server.getAddress().getPort()));
        var answer = handlers.http(action, Container.EMPTY, "127.0.0.1", Duration.ofSeconds(10));
        assertThat(answer.ok()).isEqualTo(ok);
        assertThat(answer.warning()).isEqualTo(warning == null ? "" : warning);
    }
}
