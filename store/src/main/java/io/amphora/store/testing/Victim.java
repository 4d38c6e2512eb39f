package io.amphora.store.testing;

import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.store.RocksDbStore;
import io.amphora.store.Store;
import io.amphora.store.Store.Expect;
import io.amphora.store.Store.Outcome.Written;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The process that [KillLoop] kills: several writers put, replace and delete until they are stopped, a compactor
/// follows them, and each acknowledgement is printed as soon as the store gives it.
final class Victim {
    private static final int KEYS_PER_WRITER = 25;
    private static final int LARGEST_VALUE = 3000;
    private static final int HISTORY = 3000;

    private final Store store;

    private Victim(Store store) {
        this.store = store;
    }

    /// What the store acknowledged: one line of the victim's output.
    ///
    /// @param sum of the value, -1 for a deletion
    record Acknowledgement(long revision, String key, long sum) {
        String line() {
            return revision + " " + key + " " + sum + "\n";
        }

        static Acknowledgement parse(String line) {
            var words = line.split(" ", -1);
            return new Acknowledgement(Long.parseLong(words[0]), words[1], Long.parseLong(words[2]));
        }

        static long sumOf(byte @Nullable [] value) {
            if (value == null) return -1;
            var sum = new CRC32C();
            sum.update(value);
            return sum.getValue();
        }
    }

    /// Arguments: the directory, the number of writers, a seed.
    public static void main(String[] arguments) {
        int writers = Integer.parseInt(arguments[1]);
        long seed = Long.parseLong(arguments[2]);
        var victim = new Victim(RocksDbStore.open(Path.of(arguments[0]), Clock.system()));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < writers; i++) {
                int writer = i;
                threads.submit(() -> victim.writeForever(writer, Randomness.seeded(seed * 1000 + writer)));
            }
        }
    }

    private void writeForever(int writer, Randomness random) {
        try {
            while (true) {
                writeOne("victim/" + writer + "/" + random.below(KEYS_PER_WRITER), random);
                if (writer == 0 && random.below(50) == 0) store.compact(Math.max(0, store.revision() - HISTORY));
            }
        } catch (RuntimeException | IOException failure) {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private void writeOne(String key, Randomness random) throws IOException {
        byte[] value = random.below(6) == 0 ? null : random.bytes(random.below(LARGEST_VALUE));
        var seen = store.find(key);
        var expect = seen.<Expect>map(entry -> Expect.at(entry.revision()))
                .orElse(Expect.ABSENT); // its only writer is this one
        if (value == null && seen.isEmpty()) return;
        var outcome = value == null ? store.delete(key, expect) : store.put(key, value, expect);
        if (!(outcome instanceof Written written))
            throw new IllegalStateException("a conflict without a rival: " + outcome);
        print(new Acknowledgement(written.revision(), key, Acknowledgement.sumOf(value)));
    }

    private static void print(Acknowledgement acknowledgement) throws IOException {
        synchronized (System.out) {
            System.out.write(acknowledgement.line().getBytes(StandardCharsets.US_ASCII));
            System.out.flush();
        }
    }
}
