package io.amphora.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/// One request and its answer, the same for HTTP/1.1 and HTTP/2. Handled by one virtual thread, in blocking code.
public interface HttpExchange {
    String method();

    /// The path as sent (percent-encoded), without the query.
    String rawPath();

    /// What follows the `?`, as sent; "" for nothing.
    String rawQuery();

    /// By lower-case name, values in order.
    Map<String, List<String>> headers();

    default String header(String name) {
        var values = headers().get(name);
        return values == null || values.isEmpty() ? "" : values.getFirst();
    }

    /// The client's certificate chain as verified by TLS; empty for none.
    List<X509Certificate> clientCertificates();

    InetSocketAddress remote();

    /// The whole body.
    ///
    /// @throws BodyTooLargeException beyond `limit` bytes
    byte[] body(int limit) throws IOException;

    InputStream bodyStream();

    /// Answers at once with a whole body.
    void respond(int status, Map<String, List<String>> headers, byte[] body);

    /// Begins an answer of unknown length. Writes block while the client does not read; `flush` sends. A client that is gone
    /// makes writes throw an IOException.
    OutputStream stream(int status, Map<String, List<String>> headers) throws IOException;

    /// Runs `action` when the client goes away or the exchange ends, whichever is first (at once, when it is over already).
    void onClose(Runnable action);

    /// Takes over the connection after a 101 (WebSocket, SPDY/3.1), see [Upgrade].
    <T extends AutoCloseable> T upgrade(Upgrade<T> protocol) throws IOException;

    /// A protocol that an HTTP/1.1 connection can be upgraded to; implemented in this module.
    interface Upgrade<T> {}

    final class BodyTooLargeException extends IOException {
        public BodyTooLargeException(int limit) {
            super("the body is larger than " + limit + " bytes");
        }
    }
}
