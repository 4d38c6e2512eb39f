package io.amphora.store;

import io.amphora.machinery.collect.SortedPersistentMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A store that lasts as long as the process: for tests, and for clusters that need not survive.
///
/// Keeps a ring of the last changes. It answers watches from the past, and lists of the past by undoing them;
/// what falls out of the ring is compacted away.
public final class MemoryStore implements Store {
    private static final int DEFAULT_HISTORY = 10_000;

    private record State(SortedPersistentMap<Entry> entries, long revision) {}

    private final ReentrantLock writing = new ReentrantLock();
    private final Deque<Change> history = new ArrayDeque<>(); // guarded by writing
    private final Watchers watchers = new Watchers(); // told while writing is held
    private final int historyLimit;
    private volatile State state = new State(SortedPersistentMap.empty(), 0);
    private volatile long compactedTo;
    private volatile boolean closed;

    public MemoryStore() {
        this(DEFAULT_HISTORY);
    }

    /// @param historyLimit how many changes stay readable at most
    public MemoryStore(int historyLimit) {
        this.historyLimit = historyLimit;
    }

    @Override
    public long revision() {
        return open().revision;
    }

    @Override
    public long compactedTo() {
        open();
        return compactedTo;
    }

    @Override
    public Optional<Entry> find(String key) {
        return Optional.ofNullable(open().entries.get(key));
    }

    @Override
    public Range list(String prefix, long revision) {
        var now = open();
        if (revision == 0 || revision == now.revision) return range(now.entries, prefix, now.revision);
        writing.lock();
        try {
            Revisions.requireReadable(revision, compactedTo, state.revision);
            return range(stateAt(revision), prefix, revision);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public Outcome put(String key, byte[] value, Expect expect) {
        return write(Keys.requireText(key), value, expect);
    }

    @Override
    public Outcome delete(String key, Expect expect) {
        return write(key, null, expect);
    }

    @Override
    public Watch watch(String prefix, long after, Listener listener) {
        writing.lock();
        try {
            open();
            if (after < compactedTo) throw new CompactedException(after, compactedTo);
            var watch = watchers.subscription(prefix, after, listener);
            if (!history.isEmpty()) watch.tell(List.copyOf(history));
            watchers.add(watch);
            return watch;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void compact(long revision) {
        writing.lock();
        try {
            Revisions.requireWritten(revision, open().revision);
            while (!history.isEmpty() && history.getFirst().revision() <= revision) forgetOldest();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        watchers.removeAll();
    }

    private Outcome write(String key, byte @Nullable [] value, Expect expect) {
        if (writing.isHeldByCurrentThread()) throw new IllegalStateException("a listener must not write");
        writing.lock();
        try {
            var now = open();
            var current = now.entries.get(key);
            if (!expect.allows(current == null ? 0 : current.revision())) return new Outcome.Conflict(current);
            if (current == null && value == null) return new Outcome.Conflict(null);
            return commit(now, key, value, current);
        } finally {
            writing.unlock();
        }
    }

    private Outcome commit(State now, String key, byte @Nullable [] value, @Nullable Entry current) {
        long revision = now.revision + 1;
        long createdAt = current == null ? revision : current.createdAt();
        var entries = value == null
                ? now.entries.remove(key)
                : now.entries.put(key, new Entry(current == null ? key : current.key(), value, createdAt, revision));
        var change = new Change(key, value, createdAt, revision, current);
        history.addLast(change);
        if (history.size() > historyLimit) forgetOldest();
        state = new State(entries, revision);
        watchers.tell(List.of(change));
        return new Outcome.Written(revision, current);
    }

    private void forgetOldest() {
        compactedTo = history.removeFirst().revision();
    }

    private SortedPersistentMap<Entry> stateAt(long revision) {
        var entries = state.entries;
        for (var changes = history.descendingIterator(); changes.hasNext(); ) {
            var change = changes.next();
            if (change.revision() <= revision) break;
            entries = change.previous() == null
                    ? entries.remove(change.key())
                    : entries.put(change.key(), change.previous());
        }
        return entries;
    }

    private State open() {
        if (closed) throw new StoreException("the store is closed");
        return state;
    }

    private static Range range(SortedPersistentMap<Entry> entries, String prefix, long revision) {
        var selected = entries.withPrefix(prefix);
        var list = new ArrayList<Entry>(selected.size());
        selected.addValuesTo(list);
        return new Range(List.copyOf(list), revision);
    }
}
