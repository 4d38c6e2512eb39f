package io.amphora.http;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Holds a writer back while too many of its bytes have not reached the socket: because the client does not read,
/// because its HTTP/2 window is closed, or because the connection is busy with others. Made by a [Backlog], which
/// counts those bytes over all writers.
final class Outbound {
    /// A writer stops here and goes on at half of it.
    static final int HIGH_WATER = 256 * 1024;

    private final Backlog backlog;
    private final Runnable cut;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private int outstanding;
    private boolean waiting;
    private boolean ended;
    private boolean isCutOff;
    /// Since the last look; a new one has had no time yet.
    private boolean takes = true;

    private @Nullable IOException failure;

    Outbound(Backlog backlog, Runnable cut) {
        this.backlog = backlog;
        this.cut = cut;
    }

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
            book(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the client to read", e);
        } finally {
            lock.unlock();
        }
        backlog.relieveIfOver();
    }

    private void book(int bytes) {
        outstanding += bytes;
        if (!isCutOff) backlog.count(bytes);
    }

    /// The socket took `bytes`, or they were dropped. What is said to who was too late was never reserved.
    void written(int bytes) {
        lock.lock();
        try {
            takes = true;
            book(-Math.min(bytes, outstanding));
            if (waiting && outstanding <= HIGH_WATER / 2) {
                waiting = false;
                room.signalAll();
            }
            forgetIfDone();
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

    /// Nothing more is written.
    void end() {
        lock.lock();
        try {
            ended = true;
            forgetIfDone();
        } finally {
            lock.unlock();
        }
    }

    private void forgetIfDone() {
        if (ended && outstanding == 0) backlog.forget(this);
    }

    /// @param takes whether the client has taken something since the last look
    record Look(Outbound outbound, boolean takes, int outstanding) {}

    Look look() {
        lock.lock();
        try {
            var look = new Look(this, takes, outstanding);
            takes = false;
            return look;
        } finally {
            lock.unlock();
        }
    }

    /// Its bytes count no longer, since they are dropped as soon as the event loop comes to it.
    ///
    /// @return false where there is nothing to drop
    boolean cutOff() {
        lock.lock();
        try {
            if (isCutOff || outstanding == 0) return false;
            backlog.count(-outstanding);
            isCutOff = true;
        } finally {
            lock.unlock();
        }
        cut.run();
        return true;
    }
}
