package io.amphora.store;

import io.amphora.machinery.collect.SortedPersistentMap;
import io.amphora.machinery.time.Clock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A store in a directory of this machine. Has one thread that writes; everyone else reads its immutable state.
///
/// Memory holds the keys and when they were written, the disk holds the values and the history. What happens to a
/// write, and in which order, is told in DESIGN.md; the order is [#carryOut]'s.
public final class RocksDbStore implements Store {
    /// How many versions are read, or forgotten, in one go while others wait.
    private static final int STEP = 500;

    /// In bytes of values: more goes to the disk in several batches.
    private static final long LARGEST_BATCH = 8 << 20;

    /// Where a key's value is.
    private record Place(long createdAt, long revision) {}

    private record State(SortedPersistentMap<Place> places, long revision) {}

    private static final class Write extends Request<Outcome> {
        final String key;
        final byte @Nullable [] value; // null to delete
        final Expect expect;

        Write(String key, byte @Nullable [] value, Expect expect) {
            this.key = key;
            this.value = value;
            this.expect = expect;
        }
    }

    private static final class Join extends Request<Boolean> {
        final Watchers.Subscription subscription;

        Join(Watchers.Subscription subscription) {
            this.subscription = subscription;
        }
    }

    private static final class Forget extends Request<Boolean> {
        final long to;
        final List<Long> revisions;

        Forget(long to, List<Long> revisions) {
            this.to = to;
            this.revisions = revisions;
        }
    }

    private final Disk disk;
    private final Watchers watchers = new Watchers(); // told by the writer
    private final ReentrantLock compacting = new ReentrantLock();
    private final WriterThread writer;
    private volatile State state;
    private volatile long compactedTo;
    private volatile boolean closed;
    private boolean inDoubt; // the writer's: a write was begun and it isn't known what is on disk

    private RocksDbStore(Disk disk) {
        this.disk = disk;
        try (var view = disk.view()) {
            compactedTo = view.compactedTo();
            state = recovered(view, compactedTo);
        }
        this.writer = new WriterThread("store-writer", this::carryOut);
    }

    /// Opens the store in `directory`, which is made when it isn't there, and reads it through once: all
    /// checksums are verified.
    ///
    /// @throws StoreException when the directory is in use, damaged, or written by a newer version
    ///
    /// @param clock for waiting while RocksDB takes no writes; no time is stored
    public static RocksDbStore open(Path directory, Clock clock) {
        return open(new Disk(directory, clock));
    }

    static RocksDbStore open(Disk disk) {
        try {
            return new RocksDbStore(disk);
        } catch (RuntimeException | Error failure) {
            disk.close();
            throw failure;
        }
    }

    // ---- the interface

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
        while (true) {
            var now = open();
            var place = now.places.get(key);
            if (place == null) return Optional.empty();
            var version = disk.find(place.revision);
            if (version.isPresent()) return Optional.of(entryOf(version.get()));
            // unless it was replaced and forgotten meanwhile: then look again
            if (compactedTo <= now.revision) throw missing(place.revision);
        }
    }

    @Override
    public Range list(String prefix, long revision) {
        while (true) {
            var now = open();
            long at = revision == 0 ? now.revision : revision;
            Revisions.requireWritten(at, now.revision);
            try (var view = disk.view()) {
                // Forgetting announces itself before it begins: what isn't announced now is all in the view.
                if (compactedTo <= at) return new Range(entriesAt(places(view, now, prefix, at), view), at);
            }
            if (revision != 0) throw new CompactedException(revision, compactedTo);
        }
    }

    @Override
    public Outcome put(String key, byte[] value, Expect expect) {
        return ask(new Write(Keys.requireText(key), value, expect));
    }

    @Override
    public Outcome delete(String key, Expect expect) {
        return ask(new Write(key, null, expect));
    }

    /// The long past is told on the caller's thread, so that it holds nobody up; the writer tells the rest and
    /// goes on from there.
    @Override
    public Watch watch(String prefix, long after, Listener listener) {
        var subscription = watchers.subscription(prefix, after, listener);
        while (subscription.toldTo() + STEP < open().revision) tellNext(subscription);
        ask(new Join(subscription));
        return subscription;
    }

    @Override
    public void compact(long revision) {
        compacting.lock();
        try {
            Revisions.requireWritten(revision, open().revision);
            for (var next = nextToForget(revision); next.isPresent(); next = nextToForget(revision)) ask(next.get());
        } finally {
            compacting.unlock();
        }
    }

    @Override
    public void close() {
        if (closed) return;
        writer.stop();
        closed = true;
        watchers.removeAll();
        disk.close();
    }

    // ---- the writer

    /// The order of [#commit]'s steps is what the store promises: on disk, then visible, then told, then
    /// acknowledged.
    private void carryOut(List<Request<?>> batch) {
        var writes = batch.stream()
                .filter(Write.class::isInstance)
                .map(Write.class::cast)
                .toList();
        for (int from = 0; from < writes.size(); ) {
            int to = endOfBatch(writes, from);
            commit(writes.subList(from, to));
            from = to;
        }
        for (var request : batch) {
            switch (request) {
                case Join join -> answer(join, () -> join(join.subscription));
                case Forget forget -> answer(forget, () -> forget(forget));
                default -> {} // a write, answered by commit
            }
        }
    }

    private void commit(List<Write> writes) {
        if (inDoubt) settle();
        var draft = new Draft(state);
        var outcomes = new ArrayList<@Nullable Outcome>(writes.size());
        for (var write : writes) outcomes.add(draft.apply(write));
        if (!draft.changes.isEmpty()) {
            inDoubt = true;
            draft.writeDurably();
            state = new State(draft.places, draft.revision);
            inDoubt = false;
            watchers.tell(List.copyOf(draft.changes));
        }
        for (int i = 0; i < writes.size(); i++) {
            var outcome = outcomes.get(i);
            if (outcome != null) writes.get(i).answer(outcome);
        }
    }

    /// The state that a batch of writes leads to, each seeing what those before it did.
    private final class Draft {
        private final List<Change> changes = new ArrayList<>();
        private final List<Version> versions = new ArrayList<>();
        private final Map<String, Entry> written = new HashMap<>(); // not on disk yet
        private SortedPersistentMap<Place> places;
        private long revision;

        Draft(State before) {
            places = before.places;
            revision = before.revision;
        }

        /// Null when what it replaces can't be read: that concerns this write alone, and it is told so.
        @Nullable
        Outcome apply(Write write) {
            try {
                var place = places.get(write.key);
                var previous = place == null ? null : entryAt(write.key, place);
                boolean allowed = write.expect.allows(place == null ? 0 : place.revision);
                if (!allowed || (place == null && write.value == null)) return new Outcome.Conflict(previous);
                add(write.key, write.value, previous);
                return new Outcome.Written(revision, previous);
            } catch (StoreException unreadable) {
                write.fail(unreadable);
                return null;
            }
        }

        private void add(String key, byte @Nullable [] value, @Nullable Entry previous) {
            revision++;
            long createdAt = previous == null ? revision : previous.createdAt();
            versions.add(new Version(revision, key, createdAt, previous == null ? 0 : previous.revision(), value));
            changes.add(new Change(key, value, createdAt, revision, previous));
            if (value == null) {
                places = places.remove(key);
                written.remove(key);
            } else {
                places = places.put(key, new Place(createdAt, revision));
                written.put(key, new Entry(key, value, createdAt, revision));
            }
        }

        private Entry entryAt(String key, Place place) {
            var fresh = written.get(key);
            return fresh != null
                    ? fresh
                    : entryOf(disk.find(place.revision).orElseThrow(() -> missing(place.revision)));
        }

        void writeDurably() {
            try (var batch = disk.batch()) {
                versions.forEach(batch::add);
                batch.writeDurably();
            }
        }
    }

    /// After a failed write nobody knows how much of it is on disk, and its writers were told that it was not
    /// done. So the directory is opened anew, and what lies above the state that readers have seen is taken back.
    private void settle() {
        disk.reopen();
        var unfinished = new ArrayList<Long>();
        try (var view = disk.view();
                var walk = view.from(state.revision + 1)) {
            for (var version = walk.next(); version != null; version = walk.next()) unfinished.add(version.revision());
            if (compactedTo < state.revision && view.find(state.revision).isEmpty()) throw missing(state.revision);
        }
        try (var batch = disk.batch()) {
            unfinished.forEach(batch::forget);
            batch.writeDurably();
        }
        inDoubt = false;
    }

    private void join(Watchers.Subscription subscription) {
        while (subscription.toldTo() < state.revision) tellNext(subscription);
        watchers.add(subscription);
    }

    /// Not synced: when a crash undoes it, the versions are there again, and the next compaction takes them.
    private void forget(Forget forget) {
        if (inDoubt) settle();
        if (forgottenTo() >= forget.to) return; // a step that seemed to fail had been done
        compactedTo = Math.max(compactedTo, forget.to); // announced first of all, see list
        try (var batch = disk.batch()) {
            forget.revisions.forEach(batch::forget);
            batch.compactedTo(forget.to);
            batch.writeLazily();
        } catch (RuntimeException failure) {
            inDoubt = true;
            throw failure;
        }
    }

    private static void answer(Request<Boolean> request, Runnable work) {
        try {
            work.run();
            request.answer(true);
        } catch (StoreException failure) {
            request.fail(failure);
        }
    }

    private static int endOfBatch(List<Write> writes, int from) {
        int end = from;
        for (long bytes = 0; end < writes.size() && bytes < LARGEST_BATCH; end++) {
            var value = writes.get(end).value;
            bytes += value == null ? 0 : value.length;
        }
        return end;
    }

    // ---- reading the disk

    private State recovered(Disk.View view, long compacted) {
        var places = SortedPersistentMap.<Place>empty();
        long last = compacted;
        try (var walk = view.from(0)) {
            for (var version = walk.next(); version != null; version = walk.next()) {
                if (version.revision() > compacted) requireSuccessor(version, last, places.get(version.key()));
                places = version.isDeletion()
                        ? places.remove(version.key())
                        : places.put(version.key(), new Place(version.createdAt(), version.revision()));
                last = Math.max(last, version.revision());
            }
        }
        return new State(places, last);
    }

    /// What isn't compacted has no gaps, neither over all keys nor within one.
    private void requireSuccessor(Version version, long last, @Nullable Place replaced) {
        if (version.revision() != last + 1) throw missing(last + 1);
        if (version.replaces() != (replaced == null ? 0 : replaced.revision)) throw missing(version.replaces());
    }

    private void tellNext(Watchers.Subscription subscription) {
        long after = subscription.toldTo();
        long to = Math.min(after + STEP, state.revision);
        var changes = new ArrayList<Change>();
        try (var view = disk.view()) {
            if (after < compactedTo) throw new CompactedException(after, compactedTo);
            for (var version : versions(view, after, to)) changes.add(changeOf(version, view));
        }
        subscription.tell(List.copyOf(changes));
    }

    private Change changeOf(Version version, Disk.View view) {
        var previous = version.replaces() == 0
                ? null
                : entryOf(view.find(version.replaces()).orElseThrow(() -> missing(version.replaces())));
        return new Change(version.key(), version.value(), version.createdAt(), version.revision(), previous);
    }

    /// The next step of a compaction to `revision`: each version that one of the step's replaced, and the
    /// deletions themselves. A step begins where the disk says that the last one ended, for what was announced
    /// may have failed.
    private Optional<Forget> nextToForget(long revision) {
        try (var view = disk.view()) {
            long after = view.compactedTo();
            if (after >= revision) return Optional.empty();
            long to = Math.min(revision, after + STEP);
            var outdated = new ArrayList<Long>();
            for (var version : versions(view, after, to)) {
                if (version.replaces() != 0) outdated.add(version.replaces());
                if (version.isDeletion()) outdated.add(version.revision());
            }
            return Optional.of(new Forget(to, outdated));
        }
    }

    private long forgottenTo() {
        try (var view = disk.view()) {
            return view.compactedTo();
        }
    }

    /// All versions above `after` up to `to`, nothing of which may be compacted away.
    private List<Version> versions(Disk.View view, long after, long to) {
        var versions = new ArrayList<Version>();
        try (var walk = view.from(after + 1)) {
            for (long revision = after + 1; revision <= to; revision++) {
                long expected = revision;
                versions.add(walk.at(revision).orElseThrow(() -> missing(expected)));
            }
        }
        return versions;
    }

    /// Where everything with this prefix was at a revision: today's places with all that came later undone,
    /// newest first.
    private List<Place> places(Disk.View view, State now, String prefix, long at) {
        var places = now.places;
        for (long to = now.revision; to > at; to = Math.max(at, to - STEP)) {
            for (var version : versions(view, Math.max(at, to - STEP), to).reversed()) {
                if (!version.key().startsWith(prefix)) continue;
                places = version.replaces() == 0
                        ? places.remove(version.key())
                        : places.put(version.key(), new Place(version.createdAt(), version.replaces()));
            }
        }
        var selected = places.withPrefix(prefix);
        var list = new ArrayList<Place>(selected.size());
        selected.addValuesTo(list);
        return list;
    }

    /// Reads in the order of the disk, answers in the order of `places`.
    private List<Entry> entriesAt(List<Place> places, Disk.View view) {
        var entries = new Entry[places.size()];
        var byRevision = new Integer[places.size()];
        Arrays.setAll(byRevision, i -> i);
        Arrays.sort(byRevision, Comparator.comparingLong(i -> places.get(i).revision));
        if (entries.length == 0) return List.of();
        try (var walk = view.from(places.get(byRevision[0]).revision)) {
            for (int i : byRevision) {
                long revision = places.get(i).revision;
                entries[i] = entryOf(walk.at(revision).orElseThrow(() -> missing(revision)));
            }
        }
        return List.of(entries);
    }

    // ---- small things

    private <A> A ask(Request<A> request) {
        open();
        return writer.ask(request);
    }

    private State open() {
        if (closed) throw new StoreException("the store is closed");
        return state;
    }

    private StoreException missing(long revision) {
        return disk.damaged("the record of revision " + revision + " is missing");
    }

    private Entry entryOf(Version version) {
        var value = version.value();
        if (value == null)
            throw disk.damaged("revision " + version.revision() + " of " + version.key() + " has no value");
        return new Entry(version.key(), value, version.createdAt(), version.revision());
    }
}
