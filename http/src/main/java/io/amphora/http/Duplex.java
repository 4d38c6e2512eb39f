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

    /// Passes on what either side sends to the other, until one has ended, which ends the other.
    static void join(Duplex one, Duplex other) {
        Thread forth = Thread.ofVirtual().name("stream").start(() -> passOn(one, other));
        passOn(other, one);
        try {
            forth.join();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static void passOn(Duplex from, Duplex to) {
        byte[] buffer = new byte[32 * 1024];
        try {
            for (int read = from.input().read(buffer);
                    read >= 0;
                    read = from.input().read(buffer)) {
                to.output().write(buffer, 0, read);
                to.output().flush();
            }
        } catch (IOException ended) {
            // one side is gone, and with it the stream
        } finally {
            to.close();
            from.close();
        }
    }

    /// Closes both directions; a blocked read or write throws an IOException. Closing twice does nothing.
    @Override
    void close();
}
