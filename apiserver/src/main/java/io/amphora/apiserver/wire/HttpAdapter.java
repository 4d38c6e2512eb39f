package io.amphora.apiserver.wire;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.chain.Credentials;
import io.amphora.apiserver.chain.RequestChain;
import io.amphora.apiserver.request.JsonOrder;
import io.amphora.apiserver.request.PlainRefusal;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.http.HttpExchange;
import io.amphora.http.HttpHandler;
import io.amphora.http.websocket.WebSocketConnection;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Brings requests from a socket to the chain, and its answers back.
public final class HttpAdapter implements HttpHandler {
    /// As Kubernetes says it, always in JSON.
    private static final HttpExchange.Whole TIMED_OUT = new HttpExchange.Whole(
            504,
            Map.of("content-type", List.of("application/json"), "cache-control", List.of("no-cache, private")),
            JsonOrder.bytes(ApiException.of(
                            504,
                            "Timeout",
                            "Timeout: request did not complete within the allotted timeout",
                            ObjectTree.EMPTY)
                    .status()));

    private static final ApiException NOT_ACCEPTABLE =
            Refusals.notAcceptable("application/json, application/yaml, application/vnd.kubernetes.protobuf");

    private final RequestChain chain;
    private final Predicate<ResourceDefinition<?>> custom;
    private final Clock clock;
    private final Duration longest;
    private final DateHeader date = new DateHeader();
    private final Semaphore largeLists = new Semaphore(1, true);

    /// @param custom  whether a kind is a CRD's
    /// @param longest a request may take that is neither a watch nor passed on
    public HttpAdapter(RequestChain chain, Predicate<ResourceDefinition<?>> custom, Clock clock, Duration longest) {
        this.longest = longest;
        this.chain = chain;
        this.custom = custom;
        this.clock = clock;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        exchange.limit(longest, TIMED_OUT);
        ApiRequest request;
        try {
            request = request(exchange);
            if (request.query().containsKey("timeout"))
                RequestTimeout.of(request)
                        .filter(asked -> asked.compareTo(longest) < 0)
                        .ifPresent(asked -> exchange.limit(asked, TIMED_OUT));
        } catch (ApiException refused) {
            refuse(exchange, request(exchange), refused, List.of());
            return;
        } catch (IllegalArgumentException malformed) {
            exchange.respond(
                    400, Map.of(), "the request's path or query is malformed\n".getBytes(StandardCharsets.UTF_8));
            return;
        }
        answer(exchange, request);
    }

    private void answer(HttpExchange exchange, ApiRequest request) throws IOException {
        if (request.path().startsWith("/api")
                && !Accept.parse(request.header("accept")).acceptsAny()) {
            refuse(exchange, request, NOT_ACCEPTABLE, List.of());
            return;
        }
        var credentials = new Credentials.Connection(
                exchange.clientCertificates(), exchange.remote().getAddress());
        try (RequestChain.Answer answer = chain.answer(request, credentials)) {
            write(exchange, request, answer);
        }
    }

    private void write(HttpExchange exchange, ApiRequest request, RequestChain.Answer answer) throws IOException {
        try {
            var rendering = new Rendering(request, custom, clock);
            switch (answer.reply()) {
                case Reply.Events events -> {
                    exchange.lift();
                    stream(exchange, rendering, events, answer.warnings());
                }
                case Reply.Connection connection -> {
                    exchange.lift();
                    connection.takeOver().accept(WithoutToken.of(exchange));
                }
                case Reply.Many many
                when !request.method().equals("HEAD") && rendering.isStreamed(many) ->
                    stream(exchange, rendering, many, answer.warnings());
                default -> respond(exchange, request, written(rendering, answer), answer);
            }
        } catch (ApiException refused) {
            refuse(exchange, request, refused, answer.warnings());
        } catch (PlainRefusal refused) {
            fail(exchange, request, refused);
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        } catch (RuntimeException | Error failure) {
            fail(exchange, request, failure);
        }
    }

    /// Lists that are encoded as a whole take several times their room meanwhile, so large ones take turns.
    private Rendering.Written written(Rendering rendering, RequestChain.Answer answer) {
        if (!Rendering.isLarge(answer.reply())) return rendering.write(answer.reply());
        Rendering.requireRoom(answer.reply());
        largeLists.acquireUninterruptibly();
        try {
            Rendering.Written written = rendering.write(answer.reply());
            answer.claim(written.bytes().length);
            return written;
        } finally {
            largeLists.release();
        }
    }

    /// The last resort: an answer could not be given its form.
    private void fail(HttpExchange exchange, ApiRequest request, Throwable failure) throws IOException {
        Reply reply = chain.failed(failure);
        try {
            var plain = new Rendering(request, custom, clock).write(reply);
            respond(exchange, request, plain, new RequestChain.Answer(reply, List.of()));
        } catch (IllegalStateException begun) {
            throw new IOException("the answer broke off", failure);
        }
    }

    private void refuse(HttpExchange exchange, ApiRequest request, ApiException refused, List<String> warnings) {
        var reply = new Reply.Document(refused.code(), refused.status());
        respond(
                exchange,
                request,
                new Rendering(request, custom, clock).write(reply),
                new RequestChain.Answer(reply, warnings));
    }

    private void respond(
            HttpExchange exchange, ApiRequest request, Rendering.Written written, RequestChain.Answer answer) {
        var headers = headers(written.contentType(), answer.warnings());
        if (answer.reply() instanceof Reply.Document(var _, var tree)) {
            long seconds = tree.object("details").whole("retryAfterSeconds");
            if (seconds > 0) headers.put("retry-after", List.of(Long.toString(seconds)));
        }
        if (answer.reply() instanceof Reply.Bytes bytes)
            bytes.headers().forEach((name, value) -> headers.put(name, List.of(value)));
        byte[] body = request.method().equals("HEAD") ? new byte[0] : written.bytes();
        exchange.respond(written.code(), headers, body);
    }

    private Map<String, List<String>> headers(String contentType, List<String> warnings) {
        var headers = new LinkedHashMap<String, List<String>>();
        headers.put("cache-control", List.of("no-cache, private"));
        if (!contentType.isEmpty()) headers.put("content-type", List.of(contentType));
        headers.put("date", date.at(clock.now()));
        if (!warnings.isEmpty())
            headers.put("warning", warnings.stream().map(HttpAdapter::warning).toList());
        return headers;
    }

    /// RFC 7234, 5.5: code 299, no agent, the text quoted.
    static String warning(String text) {
        return "299 - \"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    /// A long list leaves while it is written; when that fails, the answer stays without an end.
    private void stream(HttpExchange exchange, Rendering rendering, Reply.Many many, List<String> warnings)
            throws IOException {
        var out = exchange.stream(many.code(), headers(Accept.Encoding.JSON.mediaType(), warnings));
        try {
            rendering.write(many, out);
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
        out.close();
    }

    private void stream(HttpExchange exchange, Rendering rendering, Reply.Events events, List<String> warnings)
            throws IOException {
        try (var source = events.source()) {
            exchange.onClose(source::close);
            if (WebSocketConnection.isAskedBy(exchange)) WatchSocket.serve(exchange, rendering, events);
            else watch(exchange, rendering, events, warnings);
        } catch (HttpExchange.UpgradeException malformed) {
            throw ApiException.badRequest(String.valueOf(malformed.getMessage()));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(HttpExchange exchange, Rendering rendering, Reply.Events events, List<String> warnings)
            throws IOException, InterruptedException {
        Accept.Choice choice = rendering.ofEvents(events.kind());
        try (var out = exchange.stream(200, headers(Rendering.watchType(choice), warnings))) {
            out.flush();
            for (var told = events.source().next();
                    told.isPresent();
                    told = events.source().next()) out.writeShared(rendering.event(events.kind(), choice, told.get()));
        }
    }

    private static ApiRequest request(HttpExchange exchange) {
        var headers = new LinkedHashMap<String, String>();
        // what may stand several times is kept apart by line breaks, which no value can contain
        exchange.headers()
                .forEach((name, values) ->
                        headers.put(name, String.join(name.startsWith("impersonate-") ? "\n" : ",", values)));
        String path = URLDecoder.decode(exchange.rawPath().replace("+", "%2B"), StandardCharsets.UTF_8);
        return new ApiRequest(exchange.method(), path, query(exchange.rawQuery()), headers, body(exchange));
    }

    private static ApiRequest.@Nullable Body body(HttpExchange exchange) {
        boolean mayHave = !exchange.method().equals("GET") && !exchange.method().equals("HEAD");
        return mayHave && exchange.declaredLength() != 0
                ? new ApiRequest.Body.Bytes(exchange.header("content-type"), new IncomingBody(exchange))
                : null;
    }

    static Map<String, List<String>> query(String raw) {
        var query = new LinkedHashMap<String, List<String>>();
        for (String pair : raw.split("&")) {
            if (pair.isEmpty()) continue;
            int equals = pair.indexOf('=');
            String name = URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), StandardCharsets.UTF_8);
            String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            query.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
        }
        return query;
    }
}
