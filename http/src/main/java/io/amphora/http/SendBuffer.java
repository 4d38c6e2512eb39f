package io.amphora.http;

import java.io.IOException;

/// Gathers small writes into chunks that are then given away, never reused: the event loop sends them without
/// another copy.
abstract class SendBuffer extends ResponseStream {
    private static final byte[] NONE = {};
    private static final int FIRST = 1024;
    private static final int CHUNK = 16 * 1024;

    private byte[] buffer = NONE;
    private int count;
    private boolean begun;
    private boolean closed;

    /// @param last nothing comes after this
    abstract void send(byte[] bytes, int length, boolean first, boolean last) throws IOException;

    @Override
    public final void write(int b) throws IOException {
        ensureOpen();
        room(1);
        buffer[count++] = (byte) b;
    }

    @Override
    public final void write(byte[] bytes, int from, int length) throws IOException {
        ensureOpen();
        while (length > 0) {
            int n = Math.min(length, room(length));
            System.arraycopy(bytes, from, buffer, count, n);
            count += n;
            from += n;
            length -= n;
        }
    }

    @Override
    public final void writeShared(byte[] bytes) throws IOException {
        ensureOpen();
        if (count > 0) {
            drain(false);
        }
        boolean first = !begun;
        begun = true;
        send(bytes, bytes.length, first, false);
    }

    @Override
    public final void flush() throws IOException {
        ensureOpen();
        if (count > 0 || !begun) {
            drain(false);
        }
    }

    @Override
    public final void close() throws IOException {
        if (!closed) {
            closed = true;
            drain(true);
        }
    }

    final boolean isClosed() {
        return closed;
    }

    private void ensureOpen() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
    }

    /// Makes room for at least one byte, hopefully `wanted`.
    private int room(int wanted) throws IOException {
        if (count == buffer.length) {
            if (count >= CHUNK) {
                drain(false);
            }
            int size = Math.min(CHUNK, Math.max(Math.max(FIRST, 2 * buffer.length), count + wanted));
            byte[] larger = new byte[size];
            System.arraycopy(buffer, 0, larger, 0, count);
            buffer = larger;
        }
        return buffer.length - count;
    }

    private void drain(boolean last) throws IOException {
        byte[] full = buffer;
        int length = count;
        boolean first = !begun;
        buffer = NONE;
        count = 0;
        begun = true;
        send(full, length, first, last);
    }
}
