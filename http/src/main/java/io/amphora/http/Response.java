package io.amphora.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/// The answer to a client's request: its head, and a body that may be endless (watches, logs).
///
/// Read it to its end or close it: only then its connection is free for others. Closing early cancels the
/// request,
/// from any thread; a reader that is blocked in the body then gets an IOException.
public final class Response implements AutoCloseable {
    private final int status;
    private final Map<String, List<String>> headers;
    private final InputStream body;
    private final Runnable cancel;

    /// @param body   throws nothing on close
    /// @param cancel does nothing once the body has been read to its end
    Response(int status, Map<String, List<String>> headers, InputStream body, Runnable cancel) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.cancel = cancel;
    }

    public int status() {
        return status;
    }

    /// By lower-case name.
    public Map<String, List<String>> headers() {
        return headers;
    }

    /// The first value, "" for none.
    public String header(String lowerCaseName) {
        var values = headers.get(lowerCaseName);
        return values == null || values.isEmpty() ? "" : values.getFirst();
    }

    /// The rest of the body, at once.
    ///
    /// @throws IOException beyond two gigabytes, or if the connection breaks before the end
    public byte[] body() throws IOException {
        if (body instanceof Inbound inbound) {
            byte[] whole = inbound.readWhole(Integer.MAX_VALUE - 8);
            if (whole == null) {
                close();
                throw new IOException("the body of the answer is too large");
            }
            return whole;
        }
        return body.readAllBytes();
    }

    public InputStream stream() {
        return body;
    }

    @Override
    public void close() {
        cancel.run();
    }
}
