package io.amphora.http;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Holds a writer back while too many of its bytes have not reached the socket: because the client does not read,
/// because its HTTP/2 window is closed, or because the connection is busy with others.
final class Outbound {
    /// A writer stops here and goes on at half of it.
    static final int HIGH_WATER = 256 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private int outstanding;
    private boolean waiting;
    private @Nullable IOException failure;

    /// Books `bytes` that are about to be handed to the event loop. One write may exceed the mark, a second one
    /// waits.
    void reserve(int bytes) throws IOException {
        lock.lock();
        try {
            while (failure == null && outstanding >= HIGH_WATER) {
                waiting = true;
                room.await();
            }
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            outstanding += bytes;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the client to read", e);
        } finally {
            lock.unlock();
        }
    }

    /// The socket took `bytes`, or they were dropped.
    void written(int bytes) {
        lock.lock();
        try {
            outstanding -= bytes;
            if (waiting && outstanding <= HIGH_WATER / 2) {
                waiting = false;
                room.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void fail(IOException cause) {
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
