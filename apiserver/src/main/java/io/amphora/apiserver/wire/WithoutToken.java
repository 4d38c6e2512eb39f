package io.amphora.apiserver.wire;

import io.amphora.apiserver.chain.BearerToken;
import io.amphora.http.HttpExchange;
import io.amphora.http.ResponseStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An exchange for those who take it over: a token among the subprotocols is for this server only.
final class WithoutToken implements HttpExchange {
    private static final String OFFERED = "sec-websocket-protocol";

    private final HttpExchange exchange;
    private final Map<String, List<String>> headers;

    private WithoutToken(HttpExchange exchange) {
        this.exchange = exchange;
        var rest = new LinkedHashMap<>(exchange.headers());
        rest.put(OFFERED, List.of(String.join(", ", BearerToken.without(rest.getOrDefault(OFFERED, List.of())))));
        headers = rest;
    }

    /// The exchange itself, if there is no token to hide.
    static HttpExchange of(HttpExchange exchange) {
        boolean carries =
                exchange.headers().getOrDefault(OFFERED, List.of()).stream().anyMatch(BearerToken::isCarriedIn);
        return carries ? new WithoutToken(exchange) : exchange;
    }

    @Override
    public Map<String, List<String>> headers() {
        return headers;
    }

    @Override
    public <T extends AutoCloseable> T upgrade(Upgrade<T> protocol) throws IOException {
        return exchange.upgrade(_ -> protocol.accept(this));
    }

    // ---- as it is ----

    @Override
    public String method() {
        return exchange.method();
    }

    @Override
    public String rawPath() {
        return exchange.rawPath();
    }

    @Override
    public String rawQuery() {
        return exchange.rawQuery();
    }

    @Override
    public String protocol() {
        return exchange.protocol();
    }

    @Override
    public List<X509Certificate> clientCertificates() {
        return exchange.clientCertificates();
    }

    @Override
    public InetSocketAddress remote() {
        return exchange.remote();
    }

    @Override
    public long declaredLength() {
        return exchange.declaredLength();
    }

    @Override
    public byte[] body(int limit) throws IOException {
        return exchange.body(limit);
    }

    @Override
    public InputStream bodyStream() {
        return exchange.bodyStream();
    }

    @Override
    public void respond(int status, Map<String, List<String>> headers, byte[] body) {
        exchange.respond(status, headers, body);
    }

    @Override
    public ResponseStream stream(int status, Map<String, List<String>> headers) throws IOException {
        return exchange.stream(status, headers);
    }

    @Override
    public void limit(Duration time, Whole otherwise) {
        exchange.limit(time, otherwise);
    }

    @Override
    public void lift() {
        exchange.lift();
    }

    @Override
    public void onClose(Runnable action) {
        exchange.onClose(action);
    }
}
