package io.amphora.bench;

import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.store.MemoryStore;
import io.amphora.store.RocksDbStore;
import io.amphora.store.Store;
import io.amphora.store.Store.Expect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Measures acknowledged puts of 1 KB a second, for one writer, some and many. Arguments: a directory on the disk
/// to measure (a temporary one by default), and the seconds for each figure (5).
///
/// Values are random bytes, which don't compress; each writer goes round 100 keys of its own. The first line is
/// what the disk can do alone: append 1 KB to a file and sync, over and over. One writer that waits for each
/// acknowledgement can't do better.
public final class StoreBench {
    private static final int VALUE = 1024;
    private static final int KEYS_PER_WRITER = 100;
    private static final int MOST_SAMPLES = 4_000_000;
    private static final Clock CLOCK = Clock.system();

    private final Path directory;
    private final Duration length;
    private final byte[][] values = new byte[256][];

    private StoreBench(Path directory, Duration length) {
        this.directory = directory;
        this.length = length;
        var random = Randomness.seeded(1);
        Arrays.setAll(values, i -> random.bytes(VALUE));
    }

    public static void main(String[] arguments) throws Exception {
        var directory = arguments.length > 0
                ? Files.createDirectories(Path.of(arguments[0]))
                : Files.createTempDirectory("store-bench");
        var length = Duration.ofSeconds(arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5);
        new StoreBench(directory, length).run();
    }

    private void run() throws Exception {
        System.out.printf("%-26s %8s %12s %10s %10s%n", "store", "writers", "puts/s", "median", "99th");
        syncAlone();
        for (int writers : List.of(1, 32, 1000)) puts("memory", writers, MemoryStore::new);
        for (int writers : List.of(1, 32, 1000)) {
            var place = directory.resolve("rocksdb-" + writers);
            puts("rocksdb, durable", writers, () -> RocksDbStore.open(place, CLOCK));
            if (writers == 1000) reopen(place);
            delete(place);
        }
    }

    private void syncAlone() throws IOException {
        var file = directory.resolve("sync");
        var samples = new Samples();
        var began = CLOCK.now();
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (isWithin(began)) {
                var start = CLOCK.now();
                channel.write(ByteBuffer.wrap(values[0]));
                channel.force(false);
                samples.add(Duration.between(start, CLOCK.now()));
            }
        }
        samples.print("file, sync of each KB", 1, began);
        Files.delete(file);
    }

    private void puts(String name, int writers, Supplier<Store> stores) {
        try (var store = stores.get()) {
            putForSomeTime(store, writers, samples -> {}); // warms up
            putForSomeTime(store, writers, samples -> samples.print(name, writers, samples.began));
        }
    }

    private interface Report {
        void take(Samples samples);
    }

    private void putForSomeTime(Store store, int writers, Report report) {
        var samples = new Samples();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < writers; i++) {
                int writer = i;
                threads.submit(() -> put(store, writer, samples));
            }
        }
        report.take(samples);
    }

    private void put(Store store, int writer, Samples samples) {
        for (int i = 0; isWithin(samples.began); i++) {
            var start = CLOCK.now();
            store.put(
                    "bench/" + writer + "/" + i % KEYS_PER_WRITER,
                    values[(writer + i) % values.length],
                    Expect.ANYTHING);
            samples.add(Duration.between(start, CLOCK.now()));
        }
    }

    private static void reopen(Path place) {
        var began = CLOCK.now();
        try (var store = RocksDbStore.open(place, CLOCK)) {
            System.out.printf(
                    "%nopened with %,d versions in %,d ms%n",
                    store.revision(), Duration.between(began, CLOCK.now()).toMillis());
            began = CLOCK.now();
            store.compact(store.revision());
            System.out.printf(
                    "compacted to %,d keys in %,d ms%n",
                    store.list("", 0).entries().size(),
                    Duration.between(began, CLOCK.now()).toMillis());
        }
        began = CLOCK.now();
        try (var store = RocksDbStore.open(place, CLOCK)) {
            System.out.printf(
                    "opened with %,d keys in %,d ms%n",
                    store.list("", 0).entries().size(),
                    Duration.between(began, CLOCK.now()).toMillis());
        }
    }

    private boolean isWithin(Instant began) {
        return CLOCK.now().isBefore(began.plus(length));
    }

    private static void delete(Path place) throws IOException {
        try (var files = Files.walk(place)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    /// How long each took, in nanoseconds.
    private static final class Samples {
        private final Instant began = CLOCK.now();
        private final AtomicLong count = new AtomicLong();
        private final long[] nanos = new long[MOST_SAMPLES];

        void add(Duration taken) {
            nanos[(int) (count.getAndIncrement() % MOST_SAMPLES)] = taken.toNanos();
        }

        void print(String name, int writers, Instant began) {
            var elapsed = Duration.between(began, CLOCK.now());
            int kept = (int) Math.min(count.get(), MOST_SAMPLES);
            var sorted = Arrays.copyOf(nanos, kept);
            Arrays.sort(sorted);
            System.out.printf(
                    "%-26s %8d %,12.0f %7.3f ms %7.3f ms%n",
                    name,
                    writers,
                    count.get() * 1e9 / elapsed.toNanos(),
                    sorted[kept / 2] / 1e6,
                    sorted[kept - 1 - kept / 100] / 1e6);
        }
    }
}
