package io.amphora.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keys and bytes, ordered by key (as unsigned bytes of its UTF-8), every change numbered by a revision. Knows no
/// Kubernetes.
///
/// A write is acknowledged only when it is durable. Revisions rise by one with each write, over all keys, from 1.
/// Every state since [#compactedTo] stays readable, until [#compact] moves that on.
///
/// Arrays of bytes are handed over, not copied, both ways: nobody writes into one again. All methods may be
/// called from any thread; after [#close] each throws [StoreException]. An interrupt doesn't end the wait for an
/// acknowledgement.
public interface Store extends AutoCloseable {

    /// A value and when it was written. `createdAt` is the revision at which the key last came into being.
    record Entry(String key, byte[] value, long createdAt, long revision) {}

    /// What the writer expects of the key.
    sealed interface Expect {
        Expect ABSENT = new Absent();
        Expect PRESENT = new Present();
        Expect ANYTHING = new Anything();

        static Expect at(long revision) {
            return new At(revision);
        }

        record Absent() implements Expect {}

        /// The key's last write was at this revision.
        record At(long revision) implements Expect {}

        /// The key is there, whatever its revision.
        record Present() implements Expect {}

        record Anything() implements Expect {}

        /// Whether a key whose last write was at `revision`, 0 for one that is absent, is as expected.
        default boolean allows(long revision) {
            return switch (this) {
                case Absent() -> revision == 0;
                case At(long expected) -> revision != 0 && revision == expected;
                case Present() -> revision != 0;
                case Anything() -> true;
            };
        }
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
    /// @param createdAt of the value, or of what was deleted
    /// @param previous what was there before, null for a creation
    record Change(
            String key,
            byte @Nullable [] value,
            long createdAt,
            long revision,
            @Nullable Entry previous) {}

    /// Takes changes in the order of their revisions, a batch at a time (never an empty one), each exactly once.
    /// Must be quick, must not throw (a listener that does is dropped) and must not write, for its caller is the
    /// one who writes.
    interface Listener {
        void changed(List<Change> changes);
    }

    interface Watch extends AutoCloseable {
        /// What is being told at this moment may still arrive.
        @Override
        void close();
    }

    /// The last revision written.
    long revision();

    /// The oldest revision still readable; 0, the empty state, until something is compacted.
    long compactedTo();

    Optional<Entry> find(String key);

    /// All keys that begin with `prefix` as they stood at `revision` (0 for now).
    ///
    /// @throws CompactedException when that revision is compacted away
    /// @throws StoreException when it is not written yet
    Range list(String prefix, long revision);

    /// @throws StoreException when it could not be made durable (no room, a failing disk); then it was not done
    /// @throws IllegalArgumentException when `key` is no Unicode text (a surrogate stands alone)
    Outcome put(String key, byte[] value, Expect expect);

    /// A key that is absent can't be deleted: that is a conflict whatever is expected.
    ///
    /// @throws StoreException as [#put] does
    Outcome delete(String key, Expect expect);

    /// Tells `listener` of every change with a revision above `after` to keys that begin with `prefix`: of those
    /// of the past before this returns, and of new ones before their write is acknowledged, so that who has
    /// written has been told. Never on two threads at once. `after` may lie in the future.
    ///
    /// @throws CompactedException when changes right above `after` are compacted away
    Watch watch(String prefix, long after, Listener listener);

    /// Forgets what was replaced or deleted at or below `revision`. Nothing happens when that was done already.
    ///
    /// @throws StoreException when `revision` is not written yet
    void compact(long revision);

    @Override
    void close();
}
