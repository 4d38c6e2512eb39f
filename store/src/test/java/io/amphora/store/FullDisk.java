package io.amphora.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.store.Store.Change;
import io.amphora.store.Store.Expect;
import io.amphora.store.Store.Outcome.Written;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Fills the disk it is given (a small one) with a store and something else, takes the other away, and looks at
/// the store. Runs in a process of its own.
final class FullDisk {
    private final Randomness random = Randomness.seeded(1);
    private final Map<Long, String> acknowledged = new HashMap<>();
    private final List<String> told = new ArrayList<>();
    private final Path directory;

    private FullDisk(Path disk) {
        directory = disk.resolve("store");
    }

    public static void main(String[] arguments) throws Exception {
        var disk = Path.of(arguments[0]);
        var ballast = Files.write(disk.resolve("ballast"), new byte[40 << 20]);
        new FullDisk(disk).run(ballast);
    }

    private void run(Path ballast) throws Exception {
        try (var store = RocksDbStore.open(directory, Clock.system())) {
            store.watch("", 0, changes -> changes.forEach(change -> told.add(summary(change))));
            fill(store);
            long full = store.revision();
            assertThatThrownBy(() -> write(store))
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith("there is no room in " + directory);
            assertThat(store.revision()).isEqualTo(full).isEqualTo(acknowledged.size());
            assertThat(store.list("", 0).entries())
                    .as("reading goes on")
                    .isNotEmpty()
                    .allMatch(entry -> acknowledged.containsKey(entry.revision()));

            Files.delete(ballast);
            for (int i = 0; i < 50; i++) write(store);
            assertComplete(store, full + 50);
        }
        try (var store = RocksDbStore.open(directory, Clock.system())) {
            assertComplete(store, told.size());
        }
    }

    private void fill(Store store) {
        try {
            while (true) write(store);
        } catch (StoreException full) {
            assertThat(full).hasMessageStartingWith("there is no room in " + directory);
        }
    }

    private void write(Store store) {
        var key = "k" + random.below(500);
        var written = (Written) store.put(key, random.bytes(8000), Expect.ANYTHING);
        acknowledged.put(written.revision(), key);
    }

    private void assertComplete(Store store, long last) {
        assertThat(store.revision()).isEqualTo(last).isEqualTo(acknowledged.size());
        var history = new ArrayList<String>();
        store.watch("", 0, changes -> changes.forEach(change -> history.add(summary(change))))
                .close();
        assertThat(history).isEqualTo(told).hasSize(acknowledged.size());
    }

    /// Values are too many to keep.
    private String summary(Change change) {
        assertThat(change.key()).isEqualTo(acknowledged.getOrDefault(change.revision(), change.key()));
        return change.revision() + " " + change.key() + " " + Arrays.hashCode(change.value());
    }
}
