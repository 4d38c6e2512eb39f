package io.amphora.apiserver.state;

import io.amphora.store.CompactedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The changes of the recent past, one per revision without a gap, and with each the root that it led to.
///
/// Bounded by count and by age: what is older can be neither listed nor watched from. Guarded by its own monitor.
final class History {
    private final Window window;
    private @Nullable Change[] ring = new @Nullable Change[1024];
    /// The root before the oldest change.
    private Snapshot base;
    private int start;
    private int count;

    History(Window window, Snapshot base) {
        this.window = window;
        this.base = base;
    }

    synchronized void addAll(List<Change> changes) {
        changes.forEach(this::add);
        notifyAll();
    }

    private void add(Change change) {
        if (change.revision() != last() + 1)
            throw new IllegalStateException("revision " + change.revision() + " came after " + last());
        if (count == ring.length && count < window.revisions()) grow();
        while (count > 0 && (count >= Math.min(ring.length, window.revisions()) || tooOld(oldest(), change.at())))
            drop();
        ring[(start + count++) % ring.length] = change;
    }

    /// The root at a revision of the window, or one that is just being added.
    ///
    /// @throws CompactedException when it is older
    synchronized Snapshot at(long revision) throws InterruptedException {
        await(revision);
        if (revision == base.revision()) return base;
        if (revision < base.revision()) throw new CompactedException(revision, base.revision());
        return get(revision).root();
    }

    /// The changes after one revision up to and with another.
    ///
    /// @throws CompactedException when the first of them is forgotten
    synchronized List<Change> between(long after, long upTo) {
        if (after < base.revision()) throw new CompactedException(after, base.revision());
        var changes = new ArrayList<Change>((int) Math.max(0, upTo - after));
        for (long revision = after + 1; revision <= upTo; revision++) changes.add(get(revision));
        return changes;
    }

    /// Waits until there are changes after `revision`, and gives the ones that there are.
    synchronized List<Change> awaitAfter(long revision) throws InterruptedException {
        while (last() <= revision) wait();
        return between(Math.max(revision, base.revision()), last());
    }

    /// Waits until a revision is part of the history.
    synchronized void await(long revision) throws InterruptedException {
        while (last() < revision) wait();
    }

    synchronized long last() {
        return base.revision() + count;
    }

    /// The oldest revision whose root is kept.
    synchronized long first() {
        return base.revision();
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
        base = oldest().root();
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
