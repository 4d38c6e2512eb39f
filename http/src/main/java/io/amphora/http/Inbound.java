package io.amphora.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Bytes on their way from an event loop, which never blocks, to one reader, which does.
///
/// ```
/// event loop --offer--> [chunk][chunk][chunk] --read--> reader
///      ^                                                  |
///      +------- released(n): let n more bytes come -------+
/// ```
///
/// Chunks are plain arrays, not pooled buffers: one copy buys that nothing can leak, and a small body that came
/// in
/// one piece is handed to its reader as it is.
final class Inbound extends InputStream {
    private static final byte[] EMPTY = {};
    /// Telling the event loop costs a task and a wake-up, so it is told in steps.
    private static final int RELEASE_STEP = 16 * 1024;
    private static final int SMALL = 1024;

    private final IntConsumer released;
    private final Runnable firstRead;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
    private int offset;
    private int buffered;
    private int unreported;
    private boolean begun;
    private boolean ended;
    private @Nullable IOException failure;

    /// @param released  called by the reader, outside the lock, with the number of bytes it has taken
    /// @param firstRead called once by the reader before it reads at all (100-continue)
    Inbound(IntConsumer released, Runnable firstRead) {
        this.released = released;
        this.firstRead = firstRead;
    }

    // ---- event loop ----

    /// @return the bytes now waiting for the reader
    int offer(byte[] chunk) {
        lock.lock();
        try {
            if (failure != null || ended) {
                return 0;
            }
            if (chunk.length > 0) {
                byte[] last = chunks.size() > 1 ? chunks.peekLast() : null;
                if (last != null && last.length < SMALL && chunk.length < SMALL) {
                    chunks.removeLast();
                    chunks.add(joined(last, chunk));
                } else {
                    chunks.add(chunk);
                }
                buffered += chunk.length;
                arrived.signal();
            }
            return buffered;
        } finally {
            lock.unlock();
        }
    }

    /// A body in pieces of a byte is to take as much memory as it has bytes.
    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Everything that is not yet read is lost. Does nothing after the end: what has come whole can still be
    /// read.
    void fail(IOException cause) {
        lock.lock();
        try {
            if (!ended && failure == null) {
                failure = cause;
                chunks.clear();
                buffered = 0;
                arrived.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether the last byte has arrived (it may still have to be read).
    boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    int buffered() {
        lock.lock();
        try {
            return buffered;
        } finally {
            lock.unlock();
        }
    }

    // ---- reader ----

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        begin();
        int taken;
        int report;
        lock.lock();
        try {
            byte[] head = await();
            if (head == null) {
                return -1;
            }
            taken = Math.min(length, head.length - offset);
            System.arraycopy(head, offset, into, from, taken);
            offset += taken;
            if (offset == head.length) {
                chunks.remove();
                offset = 0;
            }
            report = taken(taken);
        } finally {
            lock.unlock();
        }
        report(report);
        return taken;
    }

    @Override
    public int available() {
        return buffered();
    }

    /// All that comes until the end, `null` if it is more than `limit`.
    byte @Nullable [] readWhole(int limit) throws IOException {
        byte[] first = nextChunk();
        if (first.length > limit) {
            return null;
        }
        byte[] more = first.length == 0 ? EMPTY : nextChunk();
        if (more.length == 0) {
            return first;
        }
        var whole = new ByteArrayOutputStream(Math.min(limit, 2 * (first.length + more.length)));
        whole.writeBytes(first);
        for (; more.length > 0; more = nextChunk()) {
            if (more.length > limit - whole.size()) {
                return null;
            }
            whole.writeBytes(more);
        }
        return whole.toByteArray();
    }

    /// The next piece, not copied if none of it was read before; empty at the end.
    private byte[] nextChunk() throws IOException {
        begin();
        byte[] chunk;
        int report;
        lock.lock();
        try {
            byte[] head = await();
            if (head == null) {
                return EMPTY;
            }
            chunk = offset == 0 ? head : Arrays.copyOfRange(head, offset, head.length);
            chunks.remove();
            offset = 0;
            report = taken(chunk.length);
        } finally {
            lock.unlock();
        }
        report(report);
        return chunk;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            if (!isEnded()) {
                firstRead.run();
            }
        }
    }

    /// With the lock held: the first chunk as soon as there is one, `null` at the end.
    private byte @Nullable [] await() throws IOException {
        while (chunks.isEmpty()) {
            if (failure != null) {
                // A new exception for each reader: its stack trace is then the reader's.
                throw new IOException(failure.getMessage(), failure);
            }
            if (ended) {
                return null;
            }
            try {
                arrived.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for bytes", e);
            }
        }
        return chunks.peek();
    }

    /// With the lock held: books `n` taken bytes.
    ///
    /// @return what has to be reported, 0 for not yet
    private int taken(int n) {
        buffered -= n;
        unreported += n;
        if (ended || unreported < RELEASE_STEP && buffered > 0) {
            return 0;
        }
        int due = unreported;
        unreported = 0;
        return due;
    }

    private void report(int bytes) {
        if (bytes > 0) {
            released.accept(bytes);
        }
    }
}
