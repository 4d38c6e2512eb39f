package io.amphora.apiserver.state;

import io.amphora.store.CompactedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The changes of the recent past, one per revision without a gap, and with each the root that it led to.
///
/// Bounded by count, age and size: what is older can be neither listed nor watched from. Guarded by a lock of
/// java.util.concurrent, because waking a virtual thread from a monitor takes a switch of kernel threads.
final class History {
    /// Watchers that keep up look at no change that is older than so many; what older ones replaced is kept as bytes.
    private static final int UNFOLDED = 1000;

    /// A large object's tree is not kept for so long: a few such would fill the memory.
    private static final int LARGE_UNFOLDED = 16;

    private static final int LARGE = 64 << 10;

    private final Window window;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private @Nullable Change[] ring = new @Nullable Change[1024];
    /// The root before the oldest change.
    private Snapshot base;
    private int start;
    private int count;
    private long bytes;

    History(Window window, Snapshot base) {
        this.window = window;
        this.base = base;
    }

    void addAll(List<Change> changes) {
        lock.lock();
        try {
            changes.forEach(this::add);
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void add(Change change) {
        if (change.revision() != newest() + 1)
            throw new IllegalStateException("revision " + change.revision() + " came after " + newest());
        if (count == ring.length && count < window.revisions()) grow();
        bytes += change.size();
        while (count > 0 && (count >= Math.min(ring.length, window.revisions()) || bytes > window.bytes())) drop();
        forget(change.at());
        ring[(start + count++) % ring.length] = change;
        if (count > UNFOLDED) get(newest() - UNFOLDED).fold();
        if (count > LARGE_UNFOLDED && get(newest() - LARGE_UNFOLDED).size() > LARGE)
            get(newest() - LARGE_UNFOLDED).fold();
    }

    /// Forgets what is too old by now.
    ///
    /// @return the oldest revision whose root is kept
    long expire(Instant now) {
        lock.lock();
        try {
            forget(now);
            return base.revision();
        } finally {
            lock.unlock();
        }
    }

    private void forget(Instant now) {
        while (count > 0 && tooOld(oldest(), now)) drop();
    }

    /// The root at a revision of the window, or one that is just being added.
    ///
    /// @throws CompactedException when it is older
    Snapshot at(long revision) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (newest() < revision) grown.await();
            if (revision == base.revision()) return base;
            if (revision < base.revision()) throw new CompactedException(revision, base.revision());
            return get(revision).root();
        } finally {
            lock.unlock();
        }
    }

    /// The changes after one revision up to and with another.
    ///
    /// @throws CompactedException when the first of them is forgotten
    List<Change> between(long after, long upTo) {
        lock.lock();
        try {
            if (after < base.revision()) throw new CompactedException(after, base.revision());
            var changes = new ArrayList<Change>((int) Math.max(0, upTo - after));
            for (long revision = after + 1; revision <= upTo; revision++) changes.add(get(revision));
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until there are changes after `revision`, and gives the ones that there are.
    ///
    /// @throws CompactedException when the first of them is forgotten already
    List<Change> awaitAfter(long revision) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (newest() <= revision) grown.await();
            return between(revision, newest());
        } finally {
            lock.unlock();
        }
    }

    /// Waits until a revision is part of the history.
    void await(long revision) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (newest() < revision) grown.await();
        } finally {
            lock.unlock();
        }
    }

    long last() {
        lock.lock();
        try {
            return newest();
        } finally {
            lock.unlock();
        }
    }

    private long newest() {
        return base.revision() + count;
    }

    /// The oldest revision whose root is kept.
    long first() {
        lock.lock();
        try {
            return base.revision();
        } finally {
            lock.unlock();
        }
    }

    private Change get(long revision) {
        return Objects.requireNonNull(ring[(start + (int) (revision - base.revision() - 1)) % ring.length]);
    }

    private Change oldest() {
        return Objects.requireNonNull(ring[start]);
    }

    private boolean tooOld(Change change, Instant now) {
        return Duration.between(change.at(), now).compareTo(window.age()) > 0;
    }

    private void drop() {
        Change oldest = oldest();
        base = oldest.root();
        bytes -= oldest.size();
        ring[start] = null;
        start = (start + 1) % ring.length;
        count--;
    }

    private void grow() {
        var larger = new @Nullable Change[Math.min(ring.length * 2, window.revisions())];
        for (int i = 0; i < count; i++) larger[i] = ring[(start + i) % ring.length];
        ring = larger;
        start = 0;
    }
}
