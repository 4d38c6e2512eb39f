package io.amphora.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.store.Store.Expect;
import io.amphora.store.Store.Outcome.Written;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Fills the disk it is given (a small one) with a store and something else, takes the other away, and looks at the store. Runs
/// in a process of its own.
final class FullDisk {
    private final Randomness random = Randomness.seeded(1);
    private final Map<Long, String> acknowledged = new HashMap<>();
    private final StoreContract.Log told = new StoreContract.Log();
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
            store.watch("", 0, told);
            fill(store);
            long full = store.revision();
            assertThatThrownBy(() -> write(store)).isInstanceOf(StoreException.class).hasMessageStartingWith("there is no room in " + directory);
            assertThat(store.revision()).isEqualTo(full).isEqualTo(acknowledged.size());
            assertThat(store.list("", 0).entries()).as("reading goes on").isNotEmpty().allMatch(entry -> acknowledged.containsKey(entry.revision()));

            Files.delete(ballast);
            for (int i = 0; i < 50; i++) write(store);
            assertComplete(store, full + 50);
        }
        try (var store = RocksDbStore.open(directory, Clock.system())) {
            assertComplete(store, told.revisions().size());
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
        var history = new StoreContract.Log();
        store.watch("", 0, history);
        assertThat(history.lines()).isEqualTo(told.lines());
        assertThat(List.copyOf(history.revisions())).containsExactlyInAnyOrderElementsOf(acknowledged.keySet());
    }
}
