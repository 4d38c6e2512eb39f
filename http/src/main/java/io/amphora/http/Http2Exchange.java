package io.amphora.http;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request of HTTP/2. Headers stay as the codec made them until someone asks for the map.
final class Http2Exchange extends ServerExchange {
    private final Http2ServerConnection connection;
    private final Http2Stream stream;
    private final Http2Headers request;
    private final String target;
    private final int pathEnd;
    private final boolean mayHaveBody;
    private @Nullable Map<String, List<String>> headers;

    Http2Exchange(Http2ServerConnection connection, HttpHandler handler, Http2Stream stream, Http2Headers request) {
        super(handler, connection.loop(), connection.sweeper(), connection.backlog());
        this.connection = connection;
        this.stream = stream;
        this.request = request;
        target = request.path().toString();
        int question = target.indexOf('?');
        pathEnd = question < 0 ? target.length() : question;
        mayHaveBody = !AsciiString.contentEquals(request.method(), "HEAD");
    }

    static boolean isWellFormed(Http2Headers headers) {
        CharSequence path = headers.path();
        CharSequence authority = headers.authority();
        return headers.method() != null
                && (authority == null || Hosts.isValid(authority))
                && path != null
                && !path.isEmpty()
                && (path.charAt(0) == '/' || AsciiString.contentEquals(path, "*"));
    }

    Http2Stream stream() {
        return stream;
    }

    boolean mayHaveBody() {
        return mayHaveBody;
    }

    @Override
    public String method() {
        return request.method().toString();
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
            headers = Headers.map(request);
        }
        return headers;
    }

    @Override
    public String header(String name) {
        CharSequence value = request.get(AsciiString.of(name));
        if (value == null && name.equals("host")) {
            value = request.authority();
        }
        return value == null ? "" : value.toString();
    }

    @Override
    public String protocol() {
        return "HTTP/2.0";
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
        Http2Headers head = Http2Endpoint.headers(answer).status(Integer.toString(status));
        if (length >= 0 && status != 204 && status != 304 && !head.contains("content-length")) {
            head.add("content-length", Long.toString(length));
        }
        return head;
    }

    @Override
    void write(Send send) {
        connection.write(this, send);
    }

    @Override
    void abort() {
        connection.reset(stream, Http2Error.INTERNAL_ERROR);
    }

    @Override
    boolean isBegun() {
        return stream.isHeadersSent();
    }

    @Override
    Duration lastWords() {
        return connection.idle();
    }

    @Override
    void conclude(Send answer) {
        connection.write(this, answer);
    }

    /// On the handler's thread, before it reads the body.
    void beginBody() {
        Loops.execute(connection.loop(), () -> connection.openWindow(stream));
        sendContinue();
    }

    private void sendContinue() {
        if (header("expect").equalsIgnoreCase("100-continue")) {
            Loops.execute(connection.loop(), () -> {
                var ctx = connection.context();
                var interim = new DefaultHttp2Headers().status("100");
                connection.encoder().writeHeaders(ctx, stream.id(), interim, 0, false, ctx.newPromise());
                connection.flushSoon();
            });
        }
    }

    @Override
    Duplex takeConnection(Map<String, List<String>> answer) throws IOException {
        throw new UpgradeException("an HTTP/2 connection cannot be upgraded");
    }

    @Override
    void handlerDone() {
        connection.handlerDone();
    }
}
