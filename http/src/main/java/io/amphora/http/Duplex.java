package io.amphora.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A connection as two byte streams: what is left of HTTP after an upgrade. Both directions block; one thread may
/// read while another writes. Reading ends (-1) when the other side closed in order.
public interface Duplex extends AutoCloseable {
    InputStream input();

    /// Buffered: `flush` sends.
    OutputStream output();

    /// Sends `bytes` now, without copying them where that is possible: they must not change afterwards.
    default void send(byte[] bytes) throws IOException {
        output().write(bytes);
        output().flush();
    }

    /// Closes both directions; a blocked read or write throws an IOException. Closing twice does nothing.
    @Override
    void close();
}
