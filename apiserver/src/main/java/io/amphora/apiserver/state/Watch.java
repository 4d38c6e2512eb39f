package io.amphora.apiserver.state;

import io.amphora.apiserver.state.Event.Happened;
import io.amphora.apiserver.state.Event.Type;
import io.amphora.machinery.collect.SortedPersistentMap;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One watcher's queue. The hub's thread fills it, the watcher's own empties it; a watcher that lets it
/// overflow is closed rather than waited for, because it can come back to where it was.
public final class Watch implements AutoCloseable {
    private static final int CAPACITY = 4096;

    private final Interest interest;
    private final long after;
    private final WatchHub hub;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Event> queue = new ArrayDeque<>();
    private long queued;
    private boolean closed;
    /// What is there already and is not told yet: read as it is taken, for a queue of it would be as long as the state.
    private volatile @Nullable Listing listing;

    private record Listing(long revision, Iterator<SortedPersistentMap.Entry<Stored>> objects) {}

    /// @param after what happened up to this revision is not the watcher's concern any more
    Watch(Interest interest, long after, WatchHub hub, List<Change> past) {
        this.interest = interest;
        this.after = after;
        this.hub = hub;
        for (Change change : past) {
            Event event = seen(change);
            if (event != null) add(event);
        }
    }

    /// Tells what is there first.
    void beginWith(Snapshot snapshot) {
        listing = new Listing(
                snapshot.revision(), snapshot.list(interest.prefix()).iterator());
    }

    boolean isListing() {
        return listing != null;
    }

    /// Whether it still holds a root that is older than `revision`.
    boolean holdsBefore(long revision) {
        Listing held = listing;
        return held != null && held.revision < revision;
    }

    Interest interest() {
        return interest;
    }

    /// The next event, as soon as there is one; empty at the end.
    public Optional<Event> take() throws InterruptedException {
        Event there = nextThere();
        if (there != null) return Optional.of(there);
        lock.lockInterruptibly();
        try {
            while (queue.isEmpty() && !closed) changed.await();
            Event event = queue.poll();
            if (event != null) count(-size(event));
            return Optional.ofNullable(event);
        } finally {
            lock.unlock();
        }
    }

    /// Without the lock: the hub does not wait for a search.
    private @Nullable Event nextThere() {
        for (Listing from = listing; from != null; from = listing) {
            if (!from.objects.hasNext()) {
                listing = null;
                return new Event.Listed(from.revision);
            }
            Stored next = from.objects.next().value();
            if (interest.covers(next)) return new Happened(Type.ADDED, next);
        }
        return null;
    }

    void tell(Change change) {
        if (change.revision() <= after) return;
        Event event = seen(change);
        if (event != null) offer(event);
    }

    void offer(Event event) {
        lock.lock();
        try {
            if (closed) return;
            if (queue.size() >= CAPACITY) drop();
            else add(event);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void add(Event event) {
        queue.add(event);
        count(size(event));
    }

    private void drop() {
        closed = true;
        listing = null;
        queue.clear();
        count(-queued);
    }

    private void count(long bytes) {
        queued += bytes;
        hub.queued(bytes);
    }

    private static long size(Event event) {
        return event instanceof Happened(var _, var object) ? object.size() : 0;
    }

    /// Bytes that wait to be taken.
    long queued() {
        lock.lock();
        try {
            return queued;
        } finally {
            lock.unlock();
        }
    }

    /// Ends the watch at once: who reads too slowly comes back to where it was.
    void cutOff() {
        lock.lock();
        try {
            drop();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Has the watcher told how far it has been told everything.
    public void requestBookmark() {
        hub.bookmark(this);
    }

    /// Ends the watch after what is queued.
    @Override
    public void close() {
        hub.forget(this);
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// What a change is to this watcher: an object that no longer fits its selector is as good as deleted, and
    /// shown as it was.
    private @Nullable Event seen(Change change) {
        boolean was = interest.covers(change.before());
        boolean is = interest.covers(change.after());
        if (is && change.after() != null) return new Happened(was ? Type.MODIFIED : Type.ADDED, change.after());
        if (was && change.last() != null) return new Happened(Type.DELETED, change.last());
        if (was && change.before() != null)
            return new Happened(Type.DELETED, change.before().deletedAt(change.revision()));
        return null;
    }
}
