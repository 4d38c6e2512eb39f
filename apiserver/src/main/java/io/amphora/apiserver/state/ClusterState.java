package io.amphora.apiserver.state;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.TreeSize;
import io.amphora.store.CompactedException;
import io.amphora.store.Store;
import io.amphora.store.Store.Expect;
import io.amphora.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The state of the cluster: one immutable [Snapshot] per revision, the newest one and those of the recent
/// past.
///
/// ```
///   writer ─▶ Store (durable) ─▶ listener: root N ─▶ root N+1, history ─▶ acknowledged
///                                                        │
///   readers ◀── now(), at(revision)                      └─▶ hub ─▶ watches
/// ```
///
/// The store tells of a write before it acknowledges it, so who writes and then reads finds what it wrote. A server
/// that starts again remembers the recent past, as far as the store has kept it. Only this class knows the store.
public final class ClusterState implements AutoCloseable {
    private static final Duration COMPACTION = Duration.ofMinutes(1);

    /// A list can be read as it was for at least so long, and at most twice as long: clients that page through one
    /// count
    /// on both, as Kubernetes compacts etcd that often.
    private static final Duration LISTED = Duration.ofMinutes(5);

    private final Store store;
    private final Clock clock;
    private final History history;
    private final WatchHub hub;
    private final Store.Watch changes;
    /// Objects on their way through the store, by the very array that they became, so that what comes out need
    /// not be parsed.
    private final Map<byte[], Image> underway = new ConcurrentHashMap<>();

    private final Capacity capacity;
    private final long uncompacted;

    private volatile Snapshot now;
    /// What the objects of [#now] take; written by the store's thread alone.
    private volatile long weight;
    /// What the writes that are underway will add to that.
    private final AtomicLong growing = new AtomicLong();
    /// What the write that was refused last would have added to that.
    private volatile long refused;
    /// Bytes written since the store was last told what may be forgotten; used by the store's thread alone.
    private long sinceCompaction;
    private volatile boolean closed;
    /// The oldest revision that can be listed. Watches may begin before it.
    private volatile long listable;
    /// The oldest revision that a watch may begin after, as far as [#history] has it.
    private volatile long watchable;
    /// When that becomes what was the newest one the last time; used by the timer's thread alone.
    private Deadline expiry;

    private long seen;

    public ClusterState(Store store, Clock clock, Window window) {
        this(store, clock, window, Capacity.usual());
    }

    public ClusterState(Store store, Clock clock, Window window, Capacity capacity) {
        this.store = store;
        this.clock = clock;
        this.capacity = capacity;
        this.uncompacted = window.bytes();
        this.now = beginning(store, window);
        this.weight = now.weight();
        this.history = new History(window, now);
        this.changes = store.watch("", now.revision(), this::publish); // what is past has happened when this returns
        this.hub = new WatchHub(history, capacity.queued());
        this.expiry = clock.deadline(LISTED);
        this.seen = now.revision();
        scheduleCompaction();
    }

    /// Where the past begins that is remembered from before: who watched or paged through a list then may go on.
    private static Snapshot beginning(Store store, Window window) {
        long revision = Math.max(store.compactedTo(), store.revision() - window.revisions());
        if (revision <= 0) return Snapshot.EMPTY;
        Snapshot snapshot = Snapshot.EMPTY;
        for (Store.Entry entry : store.list("", revision).entries())
            snapshot = snapshot.with(
                    Stored.of(entry.key(), Image.read(entry.value()), entry.createdAt(), entry.revision()));
        return snapshot.at(revision);
    }

    /// The cluster as it is.
    public Snapshot now() {
        return now;
    }

    /// The cluster as it was at a revision of the recent past.
    ///
    /// @param revision not above that of [#now]
    /// @throws CompactedException when that is forgotten
    public Snapshot at(long revision) throws InterruptedException {
        if (revision < listable) throw new CompactedException(revision, listable);
        Snapshot newest = now;
        if (revision > newest.revision()) throw new IllegalArgumentException(revision + " is still to come");
        return revision == newest.revision() ? newest : history.at(revision);
    }

    /// Forgets all that was before now: nobody outside has seen it.
    public void forgetPast() {
        Snapshot newest = now;
        listable = newest.revision();
        watchable = newest.revision();
        store.compact(newest.revision());
    }

    /// Events of what `interest` covers, from right after `revision`.
    ///
    /// @throws CompactedException when that is forgotten
    public Watch watch(Interest interest, long revision) {
        if (revision < watchable) throw new CompactedException(revision, watchable);
        return hub.open(interest, revision);
    }

    /// What `interest` covers in `snapshot`, as additions, and events from there on.
    ///
    /// @throws CompactedException when that is forgotten
    public Watch watch(Interest interest, Snapshot snapshot) {
        return hub.open(interest, snapshot);
    }

    /// Ends the watches of what lies under a prefix that is all of a kind, after all that has happened.
    public void endWatches(String prefix) {
        hub.end(prefix, now.revision());
    }

    public int watchers() {
        return hub.watchers();
    }

    /// How many watch each kind, by the prefix of its keys.
    public Map<String, Integer> watchersByPrefix() {
        return hub.watchersByPrefix();
    }

    /// Why the store cannot be read; empty when it can.
    public Optional<String> failure() {
        try {
            var _ = store.find("/registry/health");
            return Optional.empty();
        } catch (StoreException failure) {
            return Optional.of(String.valueOf(failure.getMessage()));
        }
    }

    /// Why writes that add to the state are refused; empty when none was since there was room for it.
    public Optional<String> shortage() {
        return weight + refused <= capacity.live()
                ? Optional.empty()
                : Optional.of("writes that need more room are refused: " + taken());
    }

    /// What became of a write: the object as it is stored (of a deletion: as it was), or empty when somebody
    /// was faster. After a lost race [#now] shows what the winner wrote.
    public Optional<Stored> create(String key, ObjectTree object) {
        return put(key, object, new Expect.Absent());
    }

    public Optional<Stored> replace(Stored seen, ObjectTree object) {
        return put(seen.key(), object, new Expect.At(seen.revision()));
    }

    public Optional<Stored> delete(Stored seen) {
        return switch (store.delete(seen.key(), new Expect.At(seen.revision()))) {
            case Store.Outcome.Written(var revision, var _) -> Optional.of(seen.deletedAt(revision));
            case Store.Outcome.Conflict(var current) -> lost(current);
        };
    }

    /// @throws NoRoomException when the object, or all of them, would be too large
    private Optional<Stored> put(String key, ObjectTree object, Expect expect) {
        Image image = imageOf(object);
        long before = now.find(key).map(Stored::weight).orElse(0L);
        long growth = Math.max(0, image.weight() - before);
        if (!capacity.admits(weight + growing.getAndAdd(growth), before, image.weight())) {
            growing.addAndGet(-growth);
            refused = growth;
            throw new NoRoomException(
                    NoRoomException.Reason.STATE_FULL,
                    "there is no room for more: " + taken()
                            + "; delete what is not needed any more, or start the server with a larger heap");
        }
        try {
            return put(key, image, expect);
        } finally {
            growing.addAndGet(-growth);
        }
    }

    private String taken() {
        return "the objects of the cluster take " + (weight >> 20) + " MiB of " + (capacity.live() >> 20);
    }

    private Optional<Stored> put(String key, Image image, Expect expect) {
        underway.put(image.bytes(), image);
        try {
            return switch (store.put(key, image.bytes(), expect)) {
                case Store.Outcome.Written(var revision, var previous) ->
                    Optional.of(Stored.of(key, image, previous == null ? revision : previous.createdAt(), revision));
                case Store.Outcome.Conflict(var current) -> lost(current);
            };
        } finally {
            underway.remove(image.bytes());
        }
    }

    private Image imageOf(ObjectTree object) {
        // what trees share may be without end as a text, so this is asked before there is one
        if (TreeSize.bytes(object, 2L * capacity.object()) > 2L * capacity.object()) throw tooLarge();
        Image image = Image.of(object);
        if (image.bytes().length > capacity.object()) throw tooLarge();
        return image;
    }

    /// In etcd's words, which users of Kubernetes know.
    private static NoRoomException tooLarge() {
        return new NoRoomException(NoRoomException.Reason.OBJECT_TOO_LARGE, "etcdserver: request is too large");
    }

    private Optional<Stored> lost(Store.@Nullable Entry current) {
        try {
            history.await(current == null ? store.revision() : current.revision());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    private void publish(List<Store.Change> batch) {
        Instant at = clock.now();
        Snapshot root = now;
        long total = weight;
        var made = new ArrayList<Change>(batch.size());
        for (Store.Change change : batch) {
            Stored before = root.find(change.key()).orElse(null);
            Stored after = stored(change);
            root = after == null ? root.without(change.key(), change.revision()) : root.with(after);
            total += (after == null ? 0 : after.weight()) - (before == null ? 0 : before.weight());
            sinceCompaction += after == null ? 0 : after.size();
            Stored last = after == null && before != null ? before.deletedAt(change.revision()) : null;
            made.add(new Change(change.revision(), before, after, last, root, at));
        }
        now = root;
        weight = total;
        history.addAll(made);
        if (sinceCompaction > uncompacted) {
            sinceCompaction = 0;
            var _ = clock.after(Duration.ZERO, this::compact);
        }
    }

    private @Nullable Stored stored(Store.Change change) {
        byte[] value = change.value();
        if (value == null) return null;
        Image known = underway.get(value);
        return Stored.of(
                change.key(), known == null ? Image.read(value) : known, change.createdAt(), change.revision());
    }

    private void scheduleCompaction() {
        var _ = clock.after(COMPACTION, () -> {
            compact();
            expireLists();
            scheduleCompaction();
        });
    }

    private void expireLists() {
        if (!expiry.isOver()) return;
        expiry = clock.deadline(LISTED);
        listable = seen;
        seen = now.revision();
    }

    private void compact() {
        if (closed) return;
        long first = history.expire(clock.now());
        if (first > store.compactedTo()) store.compact(first);
    }

    /// Stops watching the store, which stays open: whoever opened it closes it.
    @Override
    public void close() {
        closed = true;
        changes.close();
        hub.close();
    }
}
