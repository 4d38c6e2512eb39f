package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.apiserver.request.JsonOrder;
import io.amphora.apiserver.request.Reply;
import io.amphora.http.Duplex;
import io.amphora.http.HttpClient;
import io.amphora.http.HttpExchange;
import io.amphora.http.Request;
import io.amphora.http.Response;
import io.amphora.http.ResponseStream;
import io.amphora.http.UpgradeRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Passes a request on to another server (a kubelet, a Pod), and what comes back, byte for byte. Upgraded
/// connections too (SPDY/3.1, WebSocket): what client and container say to each other then is not read here.
public final class PassThrough implements AutoCloseable {
    private static final int BLOCK = 32 * 1024;
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(30);

    private final HttpClient client;

    public PassThrough(HttpClient client) {
        this.client = client;
    }

    @Override
    public void close() {
        client.close();
    }

    /// How an exchange is carried on to another server.
    @FunctionalInterface
    interface Carrier {
        /// @param behind what is to be closed where it all has to end
        /// @throws UpgradeRefusedException with the answer that the client gets then
        /// @throws IOException             when the other server cannot be reached
        void carry(HttpExchange exchange, HttpClient client, Behind behind) throws IOException;
    }

    /// Hands the exchange over to what runs behind a URL, and leads its links here.
    ///
    /// @param prefix of the path by which clients reach it
    Reply to(String url, String prefix) {
        String backend = URI.create(url).getAuthority();
        return by(url, Unreachable.SERVICE, (exchange, _, behind) -> {
            var links = new ProxyLinks(prefix, backend, exchange.header("host"));
            if (exchange.asksForUpgrade()) upgrade(exchange, url, behind);
            else pass(exchange, url, behind, links);
        });
    }

    /// Lets `carrier` hand the exchange over to the server behind a URL.
    ///
    /// @param unreachable says when that gives no answer
    Reply by(String url, Unreachable unreachable, Carrier carrier) {
        var behind = new Behind();
        return new Reply.Connection(
                exchange -> {
                    try {
                        carry(exchange, url, unreachable, carrier, behind);
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                },
                behind::end);
    }

    private void carry(HttpExchange exchange, String url, Unreachable unreachable, Carrier carrier, Behind behind)
            throws IOException {
        try {
            carrier.carry(exchange, client, behind);
        } catch (UpgradeRefusedException refused) {
            answer(exchange, refused.response(), behind);
        } catch (HttpExchange.UpgradeException malformed) {
            refuse(exchange, refusal(malformed));
        } catch (ApiException refused) {
            refuse(exchange, refused);
        } catch (IOException failure) {
            Unreachable words = exchange.asksForUpgrade() ? Unreachable.BACKEND : unreachable;
            refuse(exchange, words.refusal(exchange.method(), url, Unreachable.why(url, failure)));
        }
    }

    private void pass(HttpExchange exchange, String url, Behind behind, ProxyLinks links) throws IOException {
        Request request = plain(exchange, url).withHeader("x-forwarded-uri", links.prefix() + path(url));
        Response response = client.send(hasBody(exchange) ? request.withBody(exchange.bodyStream()) : request);
        answer(exchange, response, behind, links);
    }

    private static String path(String url) {
        return URI.create(url).getRawPath();
    }

    /// The connection as it is, unread.
    void upgrade(HttpExchange exchange, String url, Behind behind) throws IOException {
        HttpClient.Upgraded back = client.upgrade(
                request(exchange.method(), url).withHeaders(PassedHeaders.ofUpgrade(exchange.headers())));
        try (Duplex connection = behind.with(back.connection());
                Duplex front = exchange.upgrade(HttpExchange.Upgrade.raw(PassedHeaders.ofSwitch(back.headers())))) {
            Duplex.join(front, connection);
        }
    }

    static Request request(String method, String url) {
        return Request.of(method, url).withTimeout(LONGEST_CONNECT);
    }

    private static boolean hasBody(HttpExchange exchange) {
        return Set.of("POST", "PUT", "PATCH").contains(exchange.method());
    }

    /// The same request to another server, without a body and without a wish for another protocol.
    static Request plain(HttpExchange exchange, String url) {
        Map<String, List<String>> headers = PassedHeaders.ofRequest(exchange.headers());
        headers.keySet().removeIf(name -> name.startsWith("sec-websocket-"));
        return request(exchange.method(), url).withHeaders(headers);
    }

    private static ApiException refusal(HttpExchange.UpgradeException refused) {
        String why = String.valueOf(refused.getMessage());
        return refused.status() == 403 ? ApiException.of(403, "Forbidden", why) : ApiException.badRequest(why);
    }

    /// The answer as it is.
    static void answer(HttpExchange exchange, Response response, Behind behind) throws IOException {
        answer(exchange, response, behind, null);
    }

    /// What ends on the way is left without its end: a client must not take a part for the whole.
    private static void answer(HttpExchange exchange, Response response, Behind behind, @Nullable ProxyLinks links)
            throws IOException {
        exchange.onClose(response::close);
        try (var _ = behind.with(response)) {
            Map<String, List<String>> headers = PassedHeaders.ofAnswer(response.headers());
            String location = response.header("location");
            if (links != null && !location.isEmpty()) headers.put("location", List.of(links.rewritten(location)));
            ResponseStream out = exchange.stream(response.status(), headers);
            try {
                if (links != null && location.isEmpty()) LinkedPage.copy(response, out, links);
                else copy(response.stream(), out);
                out.close();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken); // it is too late to answer otherwise
            }
        }
    }

    private static void refuse(HttpExchange exchange, ApiException refused) {
        exchange.respond(
                refused.code(), Map.of("content-type", List.of("application/json")), JsonOrder.bytes(refused.status()));
    }

    static void copy(InputStream in, OutputStream out) throws IOException {
        var buffer = new byte[BLOCK];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
            out.flush();
        }
    }
}
