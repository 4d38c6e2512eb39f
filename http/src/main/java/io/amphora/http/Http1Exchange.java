package io.amphora.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// A request of HTTP/1.x.
final class Http1Exchange extends ServerExchange {
    private final Http1ServerConnection connection;
    private final HttpRequest request;
    private final String target;
    private final int pathEnd;
    private @Nullable Map<String, List<String>> headers;

    /// An answer to HTTP/1.0 without a length ends with the connection. Set on the handler's thread with the
    /// head.
    boolean closeDelimited;
    /// Owned by the event loop.
    boolean headSent;
    /// Owned by the event loop: nothing of the answer comes any more.
    boolean lastSent;
    /// Owned by the event loop: whether a client that waits for it was told to send its body.
    boolean continued;

    Http1Exchange(Http1ServerConnection connection, HttpHandler handler, HttpRequest request, String target) {
        super(handler, connection.loop(), connection.sweeper(), connection.backlog());
        this.connection = connection;
        this.request = request;
        this.target = target;
        int question = target.indexOf('?');
        pathEnd = question < 0 ? target.length() : question;
    }

    /// Path and query out of what follows the method; "" for what is neither an origin form, an absolute form nor
    /// `*` (RFC 9112, 3.2).
    static String target(String uri) {
        if (uri.startsWith("/") || uri.equals("*")) {
            return uri;
        }
        int scheme = uri.indexOf("://");
        if (scheme < 0) {
            return "";
        }
        int path = uri.indexOf('/', scheme + 3);
        return path < 0 ? "/" : uri.substring(path);
    }

    boolean mayHaveBody() {
        return !request.method().equals(HttpMethod.HEAD);
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String rawPath() {
        return target.substring(0, pathEnd);
    }

    @Override
    public String rawQuery() {
        return pathEnd == target.length() ? "" : target.substring(pathEnd + 1);
    }

    @Override
    public Map<String, List<String>> headers() {
        if (headers == null) {
            headers = Headers.map(request.headers());
        }
        return headers;
    }

    @Override
    public String header(String name) {
        String value = request.headers().get(name);
        return value == null ? "" : value;
    }

    @Override
    public String protocol() {
        return request.protocolVersion().text();
    }

    @Override
    public List<X509Certificate> clientCertificates() {
        return connection.clientCertificates();
    }

    @Override
    public InetSocketAddress remote() {
        return connection.remote();
    }

    @Override
    Object head(int status, Map<String, List<String>> answer, long length) {
        boolean http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        var head = new DefaultHttpResponse(
                http10 ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                netty(answer));
        if (status != 204 && status != 304 && !head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            if (length >= 0) {
                head.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
            } else if (http10) {
                closeDelimited = true;
            } else {
                head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
        }
        return head;
    }

    private static HttpHeaders netty(Map<String, List<String>> headers) {
        var result = new DefaultHttpHeaders();
        headers.forEach(result::add);
        return result;
    }

    @Override
    void write(Send send) {
        connection.write(this, send);
    }

    @Override
    void abort() {
        connection.abort(this);
    }

    @Override
    boolean isBegun() {
        return headSent;
    }

    @Override
    Duration lastWords() {
        return connection.idle();
    }

    @Override
    void conclude(Send answer) {
        connection.conclude(this, answer);
    }

    boolean expectsContinue() {
        return header("expect").equalsIgnoreCase("100-continue");
    }

    /// On the handler's thread, before it reads the body.
    void sendContinue() {
        if (expectsContinue()) {
            Loops.execute(connection.loop(), () -> connection.sendContinue(this));
        }
    }

    @Override
    Duplex takeConnection(Map<String, List<String>> answer) throws IOException {
        var head = netty(answer).set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        var taken = new CompletableFuture<Duplex>();
        if (!Loops.execute(connection.loop(), () -> connection.takeConnection(this, head, taken))) {
            throw new ClientGoneException();
        }
        try {
            return taken.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException refused
                    ? refused
                    : new IOException("the upgrade failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while upgrading", e);
        }
    }

    @Override
    void handlerDone() {}
}
