package io.amphora.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.time.Clock;
import io.amphora.store.Store.Expect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class RocksDbStoreTest extends StoreContract {
    @TempDir
    Path directory;

    @Override
    Store newStore() {
        return RocksDbStore.open(directory, Clock.system());
    }

    // ---- restart

    @Test
    void a_restart_keeps_the_state_the_revision_and_the_history() {
        for (int i = 0; i < 900; i++) {
            if (i % 7 == 6) store.delete("k" + (i - 1) % 40, Expect.PRESENT);
            else put("k" + i % 40, "v" + i);
        }
        store.compact(100);
        long last = store.revision();
        var states = new ArrayList<String>();
        for (long revision = 100; revision <= last; revision += 50) states.add(contents("", revision));
        var told = new Log();
        store.watch("", 100, told);

        restart();

        assertThat(store.revision()).isEqualTo(last);
        assertThat(store.compactedTo()).isEqualTo(100);
        for (long revision = 100; revision <= last; revision += 50)
            assertThat(contents("", revision)).isEqualTo(states.get((int) (revision - 100) / 50));
        var toldAgain = new Log();
        store.watch("", 100, toldAgain);
        assertThat(toldAgain.lines()).isEqualTo(told.lines()).isNotEmpty();
        assertThatThrownBy(() -> store.list("", 99)).isInstanceOf(CompactedException.class);
        assertThat(put("new", "v")).isEqualTo(last + 1);
    }

    @Test
    void a_restart_after_everything_was_deleted_and_compacted_keeps_the_revision() {
        put("k", "v");
        store.delete("k", Expect.ANYTHING);
        store.compact(2);
        restart();
        assertThat(store.revision()).isEqualTo(2);
        assertThat(store.compactedTo()).isEqualTo(2);
        assertThat(store.list("", 0).entries()).isEmpty();
        assertThat(put("k", "again")).isEqualTo(3);
    }

    @Test
    void many_restarts_are_as_good_as_none() {
        for (int i = 1; i <= 12; i++) {
            for (int j = 0; j < 30; j++) put("k" + j, "v" + i);
            if (i % 4 == 0) store.compact(store.revision() - 40);
            restart();
            assertThat(store.revision()).isEqualTo(30L * i);
        }
        var log = new Log();
        store.watch("", store.compactedTo(), log);
        assertThat(log.revisions())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(321, 360).boxed().toList());
    }

    @Test
    void compaction_leaves_nothing_behind_but_what_lives() throws Exception {
        for (int i = 0; i < 60; i++) put("k" + i % 10, "v" + i);
        for (int i = 0; i < 4; i++) store.delete("k" + i, Expect.PRESENT);
        store.compact(64);
        store.close();
        try (var raw = RocksDB.open(directory.toString());
                var records = raw.newIterator()) {
            var revisions = new ArrayList<Long>();
            for (records.seek(key(0)); records.isValid(); records.next()) {
                revisions.add(ByteBuffer.wrap(records.key()).getLong(1));
            }
            assertThat(revisions).containsExactly(55L, 56L, 57L, 58L, 59L, 60L);
        }
    }

    // ---- what can't be opened, and why

    @Test
    void a_directory_in_use_is_refused() {
        assertThatThrownBy(this::newStore)
                .isInstanceOf(StoreException.class)
                .hasMessage(directory + " is in use by another process: stop that one, or choose another directory");
        assertThat(put("k", "v")).isEqualTo(1);
    }

    @Test
    void a_newer_format_is_refused_and_left_as_it_is() throws Exception {
        put("k", "v");
        store.close();
        try (var raw = RocksDB.open(directory.toString())) {
            raw.put("meta/format".getBytes(), number(2));
        }
        var message = directory
                + " was written by a newer version (data format 2, this one reads up to 1): run that version, or choose another directory";
        for (int i = 0; i < 2; i++)
            assertThatThrownBy(this::newStore)
                    .isInstanceOf(StoreException.class)
                    .hasMessage(message);
        try (var raw = RocksDB.open(directory.toString())) {
            raw.put("meta/format".getBytes(), number(1));
        }
        store = newStore();
        assertThat(contents("", 0)).isEqualTo("k=v@1 since 1");
    }

    @Test
    void a_directory_that_cannot_be_made_is_named() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> RocksDbStore.open(file.resolve("store"), Clock.system()))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("cannot create the directory " + file.resolve("store"));
    }

    /// @param message how the error goes on after naming the directory
    record Damage(String name, Raw raw, String message) {
        interface Raw {
            void damage(RocksDB database) throws RocksDBException;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Damage> damages() {
        return List.of(
                new Damage(
                        "a value with a flipped bit",
                        raw -> raw.put(key(3), flipped(raw.get(key(3)), 40)),
                        "the record of revision 3 has a wrong checksum"),
                new Damage(
                        "a header with a flipped bit",
                        raw -> raw.put(key(3), flipped(raw.get(key(3)), 4)),
                        "the record of revision 3 has a wrong checksum"),
                new Damage(
                        "a record under another's number",
                        raw -> raw.put(key(3), raw.get(key(4))),
                        "the record of revision 3 has a wrong checksum"),
                new Damage(
                        "a record cut short",
                        raw -> raw.put(key(3), new byte[] {1, 2}),
                        "the record of revision 3 has a wrong checksum"),
                new Damage("a missing record", raw -> raw.delete(key(3)), "the record of revision 3 is missing"),
                new Damage(
                        "a missing record behind the compaction",
                        raw -> raw.delete(key(2)),
                        "the record of revision 2 is missing"));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void damaged_data_is_noticed_and_named(Damage damage) throws Exception {
        for (int i = 1; i <= 6; i++) put("k" + i % 3, "a value of some length, number " + i);
        store.compact(2);
        store.close();
        try (var raw = RocksDB.open(directory.toString())) {
            damage.raw.damage(raw);
        }
        assertThatThrownBy(this::newStore)
                .isInstanceOf(StoreException.class)
                .hasMessage(directory + " is damaged: " + damage.message + "; restore it from a backup");
    }

    @ParameterizedTest
    @ValueSource(strings = {".log", ".sst"})
    void a_flipped_bit_in_a_file_is_noticed_and_the_file_is_named(String ending) throws IOException {
        for (int i = 0; i < 300; i++) put("k" + i, "a value of some length, number " + i);
        if (ending.equals(".sst")) restart(); // which turns the log into a table
        store.close();
        var file = fileEndingWith(ending);
        flipBit(file, Files.size(file) / 3);
        assertThatThrownBy(this::newStore)
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(directory + " is damaged: ")
                .hasMessageContaining(file.getFileName().toString())
                .hasMessageContaining("restore");
    }

    @Test
    void a_bit_that_flips_while_the_store_is_open_is_noticed_by_who_reads_it_and_never_served() throws IOException {
        for (int i = 0; i < 3000; i++) put("k" + i, "a value of some length, number " + i);
        restart(); // which turns the log into a table
        var table = fileEndingWith(".sst");
        flipBit(table, Files.size(table) / 3);
        var refused = new ArrayList<String>();
        for (int i = 0; i < 3000; i++) {
            try {
                assertThat(new String(store.find("k" + i).orElseThrow().value()))
                        .isEqualTo("a value of some length, number " + i);
            } catch (StoreException damaged) {
                refused.add(damaged.getMessage());
            }
        }
        assertThat(refused)
                .hasSizeBetween(1, 2999)
                .allSatisfy(message -> assertThat(message)
                        .startsWith(directory + " is damaged: ")
                        .contains(table.getFileName().toString()));
        assertThatThrownBy(() -> store.list("", 0)).isInstanceOf(StoreException.class);
        assertThat(put("new", "v")).as("what is whole goes on").isEqualTo(3001);
    }

    @Test
    void a_last_record_that_was_cut_off_by_a_crash_is_no_damage() throws IOException {
        for (int i = 0; i < 10; i++) put("k" + i, "v");
        store.close();
        try (var log = FileChannel.open(fileEndingWith(".log"), StandardOpenOption.WRITE)) {
            log.truncate(log.size() - 3);
        }
        store = newStore();
        assertThat(store.revision()).isEqualTo(9);
        assertThat(put("k9", "again")).isEqualTo(10);
    }

    // ---- tools

    private void restart() {
        store.close();
        store = newStore();
    }

    private Path fileEndingWith(String ending) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .filter(RocksDbStoreTest::isFilled)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean isFilled(Path file) {
        return file.toFile().length() > 0;
    }

    private static void flipBit(Path file, long at) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(ByteBuffer.wrap(flipped(one.array(), 0)), at);
        }
    }

    private static byte[] flipped(byte[] bytes, int at) {
        bytes[at] ^= 1;
        return bytes;
    }

    private static byte[] key(long revision) {
        return ByteBuffer.allocate(9).put((byte) 'r').putLong(revision).array();
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }
}
