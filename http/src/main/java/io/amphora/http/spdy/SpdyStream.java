package io.amphora.http.spdy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A stream of a [SpdyConnection]: bytes both ways, each way with its own end.
public final class SpdyStream implements AutoCloseable {
    /// Bytes that wait for a reader before the connection stops reading.
    private static final int BUFFER = 1024 * 1024;
    private static final int CHUNK = 32 * 1024;

    private final SpdyConnection connection;
    private final int id;
    private final Map<String, List<String>> headers;
    private final Input input = new Input();
    private final Output output = new Output();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
    private int offset;
    private int buffered;
    private boolean inputEnded;
    private boolean inputUnwanted;
    private boolean replied;
    private @Nullable IOException failure;
    private boolean outputEnded; // guarded by lock

    SpdyStream(SpdyConnection connection, int id, Map<String, List<String>> headers) {
        this.connection = connection;
        this.id = id;
        this.headers = headers;
    }

    public int id() {
        return id;
    }

    /// Given when the stream was opened, by lower-case name.
    public Map<String, List<String>> headers() {
        return headers;
    }

    /// The first value, "" for none.
    public String header(String lowerCaseName) {
        var values = headers.get(lowerCaseName);
        return values == null || values.isEmpty() ? "" : values.getFirst();
    }

    /// Ends (-1) when the other side has closed its output. After a reset, or the loss of the connection, it
    /// throws.
    public InputStream input() {
        return input;
    }

    /// Sends with each write; closing it ends our direction only.
    public OutputStream output() {
        return output;
    }

    /// Ends our direction and drops whatever still comes.
    @Override
    public void close() {
        lock.lock();
        try {
            inputUnwanted = true;
            chunks.clear();
            buffered = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            output.close();
        } catch (IOException e) {
            // The connection is gone, and the stream with it.
        }
    }

    /// Breaks the stream off, both ways; the other side sees an error.
    public void reset() {
        if (fail(new IOException("the stream was reset"))) {
            connection.reset(this, SpdyConnection.CANCEL);
        }
    }

    // ---- the connection's reader ----

    /// Blocks while too much waits to be read, and the whole connection with it: SPDY as Kubernetes' clients
    /// speak
    /// it has no window updates, so TCP is the only way to slow the other side down.
    void received(byte[] bytes, boolean last) throws InterruptedException {
        lock.lock();
        try {
            while (buffered > BUFFER && failure == null && !inputUnwanted) {
                changed.await();
            }
            if (bytes.length > 0 && failure == null && !inputUnwanted && !inputEnded) {
                chunks.add(bytes);
                buffered += bytes.length;
            }
            inputEnded |= last;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void replied() {
        lock.lock();
        try {
            replied = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// @return whether the stream was alive
    boolean fail(IOException cause) {
        lock.lock();
        try {
            if (failure != null || inputEnded && outputEnded) {
                return false;
            }
            failure = cause;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isDone() {
        lock.lock();
        try {
            return failure != null || inputEnded && outputEnded;
        } finally {
            lock.unlock();
        }
    }

    void awaitReply() throws IOException {
        lock.lock();
        try {
            while (!replied && failure == null) {
                await();
            }
            if (!replied) {
                throw failed();
            }
        } finally {
            lock.unlock();
        }
    }

    private void await() throws IOException {
        try {
            changed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a SPDY stream", e);
        }
    }

    private IOException failed() {
        return failure == null ? new IOException("the stream failed") : new IOException(failure.getMessage(), failure);
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            lock.lock();
            try {
                while (chunks.isEmpty()) {
                    if (inputEnded || inputUnwanted) {
                        return -1;
                    }
                    if (failure != null) {
                        throw failed();
                    }
                    await();
                }
                byte[] head = chunks.element();
                int n = Math.min(length, head.length - offset);
                System.arraycopy(head, offset, into, from, n);
                offset += n;
                buffered -= n;
                if (offset == head.length) {
                    chunks.remove();
                    offset = 0;
                }
                changed.signalAll();
                return n;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int available() {
            lock.lock();
            try {
                return buffered;
            } finally {
                lock.unlock();
            }
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            for (int sent = 0; sent < length; ) {
                int n = Math.min(CHUNK, length - sent);
                ensureOpen();
                connection.data(SpdyStream.this, bytes, from + sent, n, false);
                sent += n;
            }
        }

        @Override
        public void close() throws IOException {
            lock.lock();
            try {
                if (outputEnded || failure != null) {
                    return;
                }
                outputEnded = true;
            } finally {
                lock.unlock();
            }
            connection.data(SpdyStream.this, new byte[0], 0, 0, true);
        }

        private void ensureOpen() throws IOException {
            lock.lock();
            try {
                if (failure != null) {
                    throw failed();
                }
                if (outputEnded) {
                    throw new IOException("the stream is closed");
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
