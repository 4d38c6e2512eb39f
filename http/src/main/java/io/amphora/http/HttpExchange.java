package io.amphora.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// One request and its answer, the same for HTTP/1.1 and HTTP/2. Handled by one virtual thread, in blocking code.
public interface HttpExchange {
    String method();

    /// The path as sent (percent-encoded), without the query.
    String rawPath();

    /// What follows the `?`, as sent; "" for nothing.
    String rawQuery();

    /// By lower-case name, values in order. HTTP/2's `:authority` is found under `host`.
    Map<String, List<String>> headers();

    /// The first value of a header, "" for none.
    ///
    /// @param name in lower case
    default String header(String name) {
        var values = headers().get(name);
        return values == null || values.isEmpty() ? "" : values.getFirst();
    }

    /// The elements of a header that is a list, however many lines it stands on.
    ///
    /// @param name in lower case
    default List<String> tokens(String name) {
        return headers().getOrDefault(name, List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .toList();
    }

    /// `HTTP/1.0`, `HTTP/1.1` or `HTTP/2.0`.
    String protocol();

    /// The client's certificate chain as verified by TLS; empty for none.
    List<X509Certificate> clientCertificates();

    InetSocketAddress remote();

    /// How long the client says its body is; 0 when it has none, -1 when it does not say.
    long declaredLength();

    /// The whole body. A client that waits to be asked for it (`expect: 100-continue`) is asked by the first read.
    ///
    /// @throws BodyTooLargeException beyond `limit` bytes; a handler that lets it pass answers a bare 413
    byte[] body(int limit) throws IOException;

    /// The body, read from the network only as fast as it is read here.
    InputStream bodyStream();

    /// Answers at once with a whole body. The bytes are not copied and must not change afterwards.
    /// `content-length`
    /// is set here.
    void respond(int status, Map<String, List<String>> headers, byte[] body);

    /// Begins an answer of unknown length. Writes block while the client does not read; `flush` sends. A client
    /// that is gone makes writes throw an IOException. If the handler throws, the client sees a broken answer,
    /// not
    /// a short one.
    ResponseStream stream(int status, Map<String, List<String>> headers) throws IOException;

    /// Ends the exchange when it is not over `time` after it began: when nothing of the answer is on its way by
    /// then, `otherwise` is sent, else the client sees a broken answer. An answer is over when the client has
    /// taken it. What the handler still reads or writes fails as if the client were gone.
    void limit(Duration time, Whole otherwise);

    /// Takes the limit away: what comes goes on for as long as both sides want.
    void lift();

    /// An answer that is known as a whole.
    record Whole(int status, Map<String, List<String>> headers, byte[] body) {}

    /// Runs `action` when the client goes away or the exchange ends, whichever is first (at once, when it is over
    /// already). Always on a virtual thread, so it may block. An action should not throw.
    void onClose(Runnable action);

    /// Whether the client asks for another protocol on this connection (RFC 9110, 7.8): a header `upgrade` alone does
    /// not.
    default boolean asksForUpgrade() {
        return !header("upgrade").isEmpty() && tokens("connection").stream().anyMatch("upgrade"::equalsIgnoreCase);
    }

    /// Takes over the connection after a 101 (WebSocket, SPDY/3.1), see [Upgrade]. The connection is closed when
    /// the handler returns.
    ///
    /// @throws UpgradeException if the request does not ask for this protocol; the handler can still answer
    <T extends AutoCloseable> T upgrade(Upgrade<T> protocol) throws IOException;

    /// A protocol that an HTTP/1.1 connection can be upgraded to.
    @FunctionalInterface
    interface Upgrade<T> {
        /// Judges the request.
        Accepted<T> accept(HttpExchange request) throws UpgradeException;

        /// @param headers of the 101, with `upgrade` among them (`connection: Upgrade` is added)
        /// @param begin   makes the protocol's end out of the bare connection
        record Accepted<T>(Map<String, List<String>> headers, Function<Duplex, T> begin) {}

        /// Answers a 101 with `headers` and leaves the bytes alone: for a proxy.
        static Upgrade<Duplex> raw(Map<String, List<String>> headers) {
            return _ -> new Accepted<>(headers, duplex -> duplex);
        }
    }

    /// Why a connection is not upgraded.
    final class UpgradeException extends IOException {
        private final int status;

        public UpgradeException(String message) {
            this(400, message);
        }

        /// @param status of the answer that says so
        public UpgradeException(int status, String message) {
            super(message);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    final class BodyTooLargeException extends IOException {
        public BodyTooLargeException(int limit) {
            super("the body is larger than " + limit + " bytes");
        }
    }
}
