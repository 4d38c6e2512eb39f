package io.amphora.apiserver.subresource;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.request.Reply;
import io.amphora.http.Duplex;
import io.amphora.http.HttpClient;
import io.amphora.http.HttpExchange;
import io.amphora.http.HttpHandler;
import io.amphora.http.HttpServer;
import io.amphora.http.Request;
import io.amphora.http.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is passed through ends when the API server says so, although neither side does.
@Timeout(30)
class PassThroughTest {
    private final HttpClient client = HttpClient.create(Tls.DEFAULT);
    private final PassThrough passing = new PassThrough(HttpClient.create(Tls.DEFAULT));
    private final CompletableFuture<Reply.Connection> passed = new CompletableFuture<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private HttpServer behind;
    private HttpServer front;

    @BeforeEach
    void start() throws IOException {
        behind = serve(this::answer);
        front = serve(exchange -> {
            var reply = (Reply.Connection) passing.to("http://127.0.0.1:" + behind.port() + "/", "/front");
            passed.complete(reply);
            reply.takeOver().accept(exchange);
        });
    }

    private static HttpServer serve(HttpHandler handler) throws IOException {
        return HttpServer.start(HttpServer.Options.on("127.0.0.1", 0), handler);
    }

    /// Says one byte, and then nothing for ever.
    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        if (exchange.header("upgrade").isEmpty()) {
            try (var out = exchange.stream(200, Map.of())) {
                out.write('x');
                out.flush();
                never.await();
            }
        } else {
            try (Duplex connection = exchange.upgrade(HttpExchange.Upgrade.raw(Map.of("upgrade", List.of("t"))))) {
                connection.output().write('x');
                connection.output().flush();
                never.await();
            }
        }
    }

    @AfterEach
    void stop() {
        never.countDown();
        client.close();
        front.close();
        passing.close();
        behind.close();
    }

    @Test
    void a_log_that_follows_ends() throws Exception {
        try (var response = client.send(Request.get("http://127.0.0.1:" + front.port() + "/"))) {
            endsAfterOneByte(response.stream());
        }
    }

    @Test
    void an_upgraded_connection_ends() throws Exception {
        var request = Request.get("http://127.0.0.1:" + front.port() + "/")
                .withHeader("connection", "Upgrade")
                .withHeader("upgrade", "t");
        try (Duplex connection = client.upgrade(request).connection()) {
            endsAfterOneByte(connection.input());
        }
    }

    private void endsAfterOneByte(InputStream in) throws Exception {
        assertThat(in.read()).isEqualTo('x');
        passed.get().end().run();
        boolean ended;
        try {
            ended = in.read() < 0;
        } catch (IOException broken) {
            ended = true;
        }
        assertThat(ended).isTrue();
    }
}
