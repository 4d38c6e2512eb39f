package io.amphora.http;

import io.amphora.http.Request.Origin;
import java.io.IOException;
import java.net.ConnectException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Opens a client's connections.
interface Connector extends AutoCloseable {
    int CONNECT_TIMEOUT_MILLIS = 10_000;

    /// @param http2 whether HTTP/2 may come out of it
    /// @throws ConnectException with one sentence, when there is no way to the server
    Connected connect(Origin origin, boolean http2) throws IOException;

    /// Closes all connections.
    @Override
    void close();

    /// A new connection in the protocol that was agreed on; one of the two is there.
    record Connected(
            ClientPool.@Nullable Shared http2, @Nullable Pipe pipe) {
        Pipe http1() {
            if (pipe == null) {
                throw new IllegalStateException("HTTP/2 was not asked for");
            }
            return pipe;
        }
    }

    static ConnectException noWay(Origin origin, Throwable cause) {
        String why = cause.getClass().getSimpleName();
        for (Throwable deeper = cause; deeper != null; deeper = deeper.getCause()) {
            if (deeper.getMessage() != null) {
                why = deeper.getMessage(); // the innermost says what is wrong with a certificate
            }
        }
        String plain = NativeCall.PREFIX.matcher(why).replaceFirst("");
        var exception = new ConnectException("cannot connect to " + origin + ": " + plain);
        exception.initCause(cause);
        return exception;
    }

    /// How Netty's native transport begins its messages: `connect(..) failed with error(-111): `.
    final class NativeCall {
        private static final Pattern PREFIX = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-\\d+\\): ");

        private NativeCall() {}
    }
}
