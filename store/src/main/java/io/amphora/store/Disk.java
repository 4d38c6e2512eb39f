package io.amphora.store;

import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// A directory of versions in RocksDB. Only appends and forgets; what the versions mean is the store's business.
///
/// ```
///   "meta/compacted" -> revision          what was replaced or deleted up to here is gone
///   "meta/format"    -> 1
///   "r" + revision   -> Version           8 bytes big-endian, so that the order of keys is the order of time
/// ```
///
/// Written by one thread; read by any. Readers hold a lock against closing only, since a closed RocksDB takes the
/// whole process down with it when touched.
class Disk implements AutoCloseable {
    static final long FORMAT = 1;

    private static final byte[] COMPACTED = "meta/compacted".getBytes(StandardCharsets.UTF_8);
    private static final byte[] FORMAT_KEY = "meta/format".getBytes(StandardCharsets.UTF_8);

    /// What RocksDB writes into its LOG about a log that it can't read.
    private static final Pattern DROPPED = Pattern.compile("(\\d+\\.log): dropping");

    private static final Pattern NUMBERED = Pattern.compile("\\d+\\.(sst|log)|MANIFEST-\\d+");

    /// RocksDB needs a new manifest, a new log, and tables for what was only in the log.
    private static final long ROOM_TO_REOPEN = 32L << 20;

    /// RocksDB holds writers up while it flushes and compacts. That takes milliseconds, unless it can't because
    /// the disk is full.
    private static final Duration STALL_LIMIT = Duration.ofSeconds(10);

    private static final Duration STALL_PAUSE = Duration.ofMillis(1);

    private final Path directory;
    private final Clock clock;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final RocksTuning tuning = new RocksTuning(); // the first, since it loads the native library
    private final WriteOptions durably = new WriteOptions().setSync(true).setNoSlowdown(true);
    private final WriteOptions lazily = new WriteOptions().setNoSlowdown(true);
    private @Nullable RocksDB database; // guarded by lock

    Disk(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
        try {
            Files.createDirectories(directory);
            open();
            checkFormat();
        } catch (IOException failure) {
            close();
            throw new StoreException("cannot create the directory " + directory + ": " + failure.getMessage(), failure);
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    // ---- writing: by the one writer

    /// A batch on its way to the disk: all of it or nothing.
    final class Batch implements AutoCloseable {
        private final WriteBatch batch = new WriteBatch();

        void add(Version version) {
            attempt(() -> batch.put(keyOf(version.revision()), version.encode()));
        }

        void forget(long revision) {
            attempt(() -> batch.delete(keyOf(revision)));
        }

        void compactedTo(long revision) {
            attempt(() -> batch.put(COMPACTED, number(revision)));
        }

        /// Returns when it is on the disk itself.
        void writeDurably() {
            write(batch, durably);
        }

        /// Returns when it is with the operating system: a crash of the machine may undo it, in the order of
        /// writing.
        void writeLazily() {
            write(batch, lazily);
        }

        @Override
        public void close() {
            batch.close();
        }
    }

    Batch batch() {
        return new Batch();
    }

    /// Gets RocksDB out of the state of failure that it stays in after a write went wrong.
    ///
    /// @throws StoreException when the disk is still full or failing; reading goes on as far as it can
    void reopen() {
        requireRoom();
        lock.writeLock().lock();
        try {
            if (database != null) database.close();
            database = null;
            open();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Open to tests that let it fail.
    void write(WriteBatch batch, WriteOptions how) {
        lock.readLock().lock();
        try {
            var limit = clock.deadline(STALL_LIMIT);
            while (!tryWrite(batch, how)) {
                if (limit.isOver())
                    throw new StoreException(
                            directory + " takes no writes for " + STALL_LIMIT.toSeconds() + " s" + room());
                pause();
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /// False when RocksDB has nothing written, because it would have to wait for its own background work.
    private boolean tryWrite(WriteBatch batch, WriteOptions how) {
        try {
            database().write(how, batch);
            return true;
        } catch (RocksDBException failure) {
            if (failure.getStatus() != null && failure.getStatus().getCode() == Status.Code.Incomplete) return false;
            throw explained(failure);
        }
    }

    private void pause() {
        try {
            clock.sleep(STALL_PAUSE);
        } catch (InterruptedException interrupted) {
            throw new StoreException("interrupted while waiting for the disk", interrupted);
        }
    }

    // ---- reading: by anyone

    /// The disk as it was at one moment. Hold it shortly: it keeps the store from closing and healing.
    final class View implements AutoCloseable {
        private final RocksDB database;
        private final Snapshot snapshot;
        private final ReadOptions options;

        private View() {
            lock.readLock().lock();
            try {
                database = database();
                snapshot = database.getSnapshot();
                options = new ReadOptions()
                        .setSnapshot(snapshot)
                        .setFillCache(false)
                        .setVerifyChecksums(true);
            } catch (RuntimeException failure) {
                lock.readLock().unlock();
                throw failure;
            }
        }

        Optional<Version> find(long revision) {
            try {
                return Optional.ofNullable(database.get(options, keyOf(revision)))
                        .map(bytes -> decoded(revision, bytes));
            } catch (RocksDBException failure) {
                throw explained(failure);
            }
        }

        Walk from(long revision) {
            return new Walk(database, options, revision);
        }

        long compactedTo() {
            try {
                var bytes = database.get(options, COMPACTED);
                return bytes == null ? 0 : ByteBuffer.wrap(bytes).getLong();
            } catch (RocksDBException failure) {
                throw explained(failure);
            }
        }

        @Override
        public void close() {
            options.close();
            database.releaseSnapshot(snapshot);
            snapshot.close();
            lock.readLock().unlock();
        }
    }

    View view() {
        return new View();
    }

    /// Goes through the versions in the order of their revisions.
    final class Walk implements AutoCloseable {
        private final RocksIterator iterator;

        private Walk(RocksDB database, ReadOptions options, long revision) {
            this.iterator = database.newIterator(options);
            iterator.seek(keyOf(revision));
        }

        /// The next version, whatever its revision; null at the end.
        @Nullable
        Version next() {
            if (!isValid()) return null;
            var version = decoded(revisionOf(iterator.key()), iterator.value());
            iterator.next();
            return version;
        }

        /// The version of this revision, which must be above those walked past.
        Optional<Version> at(long revision) {
            if (isValid() && revisionOf(iterator.key()) < revision) iterator.seek(keyOf(revision));
            if (!isValid() || revisionOf(iterator.key()) != revision) return Optional.empty();
            return Optional.ofNullable(next());
        }

        private boolean isValid() {
            if (iterator.isValid()) return true;
            try {
                iterator.status();
                return false;
            } catch (RocksDBException failure) {
                throw explained(failure);
            }
        }

        @Override
        public void close() {
            iterator.close();
        }
    }

    /// Reads one version without a snapshot.
    Optional<Version> find(long revision) {
        lock.readLock().lock();
        try {
            return Optional.ofNullable(database().get(tuning.gets(), keyOf(revision)))
                    .map(bytes -> decoded(revision, bytes));
        } catch (RocksDBException failure) {
            throw explained(failure);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (database != null) database.close();
            database = null;
            durably.close();
            lazily.close();
            tuning.close();
        } finally {
            lock.writeLock().unlock();
        }
    }

    // ---- opening

    private void open() {
        try {
            database = RocksDB.open(tuning.options(), directory.toString());
        } catch (RocksDBException failure) {
            if (String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("lock")) {
                throw new StoreException(
                        directory + " is in use by another process: stop that one, or choose another directory",
                        failure);
            }
            throw explained(failure);
        }
    }

    private void checkFormat() {
        try {
            var bytes = database().get(FORMAT_KEY);
            if (bytes == null) {
                database().put(durably, FORMAT_KEY, number(FORMAT));
                return;
            }
            long found = ByteBuffer.wrap(bytes).getLong();
            if (found > FORMAT) {
                throw new StoreException(directory + " was written by a newer version (data format " + found
                        + ", this one reads up to " + FORMAT + "): run that version, or choose another directory");
            }
        } catch (RocksDBException failure) {
            throw explained(failure);
        }
    }

    private void requireRoom() {
        if (usable() < ROOM_TO_REOPEN) {
            throw new StoreException("there is no room in " + directory + room()
                    + ": nothing can be written until there are " + (ROOM_TO_REOPEN >> 20) + " MiB");
        }
    }

    // ---- small things

    private interface Attempt {
        void run() throws RocksDBException;
    }

    private void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (RocksDBException failure) {
            throw explained(failure);
        }
    }

    private RocksDB database() {
        if (database == null)
            throw new StoreException(directory + " is closed, or could not be opened again after a failure");
        return database;
    }

    private Version decoded(long revision, byte[] bytes) {
        return Version.decode(revision, bytes)
                .orElseThrow(() -> damaged("the record of revision " + revision + " has a wrong checksum"));
    }

    StoreException damaged(String how) {
        return new StoreException(damage(how));
    }

    private String damage(@Nullable String how) {
        return directory + " is damaged: " + how + "; restore it from a backup";
    }

    /// RocksDB's message names the file when it is a table; of a damaged log only its own LOG says which it is.
    private String named(String message) {
        if (NUMBERED.matcher(message).find()) return message;
        try (var lines = Files.lines(directory.resolve("LOG"))) {
            return lines.map(DROPPED::matcher)
                    .filter(Matcher::find)
                    .reduce((_, last) -> last)
                    .map(line -> message + " in " + directory.resolve(line.group(1)))
                    .orElse(message);
        } catch (IOException | UncheckedIOException unreadable) {
            return message;
        }
    }

    private StoreException explained(RocksDBException failure) {
        var status = failure.getStatus();
        if (status != null && status.getCode() == Status.Code.Corruption) {
            return new StoreException(damage(named(String.valueOf(failure.getMessage()))), failure);
        }
        if (status != null && (status.getSubCode() == Status.SubCode.NoSpace || usable() < ROOM_TO_REOPEN)) {
            return new StoreException(
                    "there is no room in " + directory + room() + ": " + failure.getMessage(), failure);
        }
        return new StoreException("cannot read or write " + directory + ": " + failure.getMessage(), failure);
    }

    private String room() {
        return " (" + (usable() >> 20) + " MiB free)";
    }

    private long usable() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException unknown) {
            return Long.MAX_VALUE;
        }
    }

    private static byte[] keyOf(long revision) {
        return ByteBuffer.allocate(1 + Long.BYTES)
                .put((byte) 'r')
                .putLong(revision)
                .array();
    }

    private static long revisionOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(1);
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }
}
