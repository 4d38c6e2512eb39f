package io.amphora.http;

import io.amphora.http.Request.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Sends requests, in blocking code. Follows no redirects and keeps no cookies.
///
/// There are two kinds. [#create] is for what runs long: HTTP/2 with servers that offer it over TLS, many
/// requests
/// on one connection; it has no thread of its own, as all clients of a process share one event loop. [#lean] is
/// for
/// a command: HTTP/1.1 over the JDK's sockets, ready in half the time. Both keep connections for the next
/// request.
public final class HttpClient implements AutoCloseable {
    private final Connector connector;
    private final Map<Origin, ClientPool> pools = new ConcurrentHashMap<>();

    private HttpClient(Connector connector) {
        this.connector = connector;
    }

    /// @param tls for `https`; [Tls#DEFAULT] trusts what the JVM trusts
    public static HttpClient create(Tls tls) {
        return new HttpClient(new NettyConnector(tls));
    }

    public static HttpClient create() {
        return create(Tls.DEFAULT);
    }

    public static HttpClient lean(Tls tls) {
        return new HttpClient(new SocketConnector(tls));
    }

    /// Sends and waits for the head of the answer, whatever its status.
    ///
    /// @throws ConnectException when there is no way to the server: nothing was sent
    /// @throws IOException      when the connection breaks or the time is over; the server may have acted
    public Response send(Request request) throws IOException {
        var origin = request.origin();
        var pool = pools.get(origin);
        return (pool != null ? pool : pools.computeIfAbsent(origin, key -> new ClientPool(connector, key)))
                .send(request);
    }

    /// Sends a request that asks for another protocol, on a connection of its own that speaks HTTP/1.1. The
    /// caller
    /// sets `connection` and `upgrade` among the headers.
    ///
    /// @throws UpgradeRefusedException with the answer, when it is not a 101
    public Upgraded upgrade(Request request) throws IOException {
        var pipe = connector.connect(request.origin(), false).http1();
        return new Http1ClientConnection(pipe, _ -> {}).upgrade(request);
    }

    /// @param headers of the 101
    public record Upgraded(Map<String, List<String>> headers, Duplex connection) {
        /// The first value, "" for none.
        public String header(String lowerCaseName) {
            var values = headers.get(lowerCaseName);
            return values == null || values.isEmpty() ? "" : values.getFirst();
        }
    }

    /// Cancels what is running and closes all connections.
    @Override
    public void close() {
        connector.close();
    }

    /// @param broken told when the input or the way to the server fails: the body is then incomplete
    static void pump(InputStream input, OutputStream output, Runnable broken) {
        Thread.startVirtualThread(() -> {
            try {
                byte[] buffer = new byte[16 * 1024];
                for (int n = input.read(buffer); n >= 0; n = input.read(buffer)) {
                    output.write(buffer, 0, n);
                    if (input.available() == 0) {
                        output.flush();
                    }
                }
                output.close();
            } catch (IOException e) {
                broken.run();
            }
        });
    }
}
