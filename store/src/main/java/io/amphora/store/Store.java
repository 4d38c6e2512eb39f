package io.amphora.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keys and bytes, ordered by key (as unsigned bytes of its UTF-8), every change numbered by a revision. Knows no Kubernetes.
///
/// A write is acknowledged only when it is durable. Revisions rise by one with each write, over all keys, from 1.
/// Values of the recent past stay readable until [#compact].
public interface Store extends AutoCloseable {

    /// A value and when it was written. `createdAt` is the revision at which the key last came into being.
    record Entry(String key, byte[] value, long createdAt, long revision) {}

    /// What the writer expects of the key.
    sealed interface Expect {
        record Absent() implements Expect {}

        /// The key's last write was at this revision.
        record At(long revision) implements Expect {}

        /// The key is there, whatever its revision.
        record Present() implements Expect {}

        record Anything() implements Expect {}
    }

    sealed interface Outcome {
        /// Done and durable, at this revision. `previous` is what it replaced or deleted.
        record Written(long revision, @Nullable Entry previous) implements Outcome {}

        /// Nothing was written, because the key stands like this; null where it is absent.
        record Conflict(@Nullable Entry current) implements Outcome {}
    }

    /// @param entries in the order of their keys
    /// @param revision the store's revision that this is the state of
    record Range(List<Entry> entries, long revision) {}

    /// @param value null for a deletion
    /// @param previous what was there before, null for a creation
    record Change(String key, byte @Nullable [] value, long createdAt, long revision, @Nullable Entry previous) {}

    /// Takes changes in the order of their revisions, a batch at a time, each exactly once; must be quick and must not throw.
    interface Listener {
        void changed(List<Change> changes);
    }

    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /// The last revision written.
    long revision();

    /// The oldest revision still readable.
    long compactedTo();

    Optional<Entry> find(String key);

    /// All keys that begin with `prefix` as they stood at `revision` (0 for now).
    ///
    /// @throws CompactedException when that revision is compacted away
    Range list(String prefix, long revision);

    /// @throws StoreException when it could not be made durable (no room, a failing disk); then nothing was written
    Outcome put(String key, byte[] value, Expect expect);

    Outcome delete(String key, Expect expect);

    /// Tells `listener` of every change with a revision above `after` to keys that begin with `prefix`. The local stores call it
    /// before the write is acknowledged, so who listens from the start has seen what it wrote.
    ///
    /// @throws CompactedException when changes right above `after` are compacted away
    Watch watch(String prefix, long after, Listener listener);

    /// Forgets what was replaced or deleted at or below `revision`.
    void compact(long revision);

    /// How long a write may wait for others to share its sync; zero by default (a batch is what queued up meanwhile).
    default Duration batching() {
        return Duration.ZERO;
    }

    @Override
    void close();
}
