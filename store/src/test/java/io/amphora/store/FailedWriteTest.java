package io.amphora.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.time.Clock;
import io.amphora.store.Store.Expect;
import io.amphora.store.Store.Outcome.Written;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// A disk that fails at the worst moment, and then works again.
class FailedWriteTest {
    enum Failing {
        BEFORE_ANYTHING_IS_WRITTEN,
        AFTER_EVERYTHING_IS_WRITTEN
    }

    @TempDir
    Path directory;

    private FailingDisk disk;
    private Store store;

    private static final class FailingDisk extends Disk {
        @Nullable
        Failing failing;

        FailingDisk(Path directory) {
            super(directory, Clock.system());
        }

        @Override
        void write(WriteBatch batch, WriteOptions how) {
            if (failing != Failing.BEFORE_ANYTHING_IS_WRITTEN) super.write(batch, how);
            if (failing != null) throw new StoreException("the disk fails, " + failing);
        }
    }

    @BeforeEach
    void open() {
        disk = new FailingDisk(directory);
        store = RocksDbStore.open(disk);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_write_that_failed_was_never_done(Failing failing) {
        put("k", "before");
        var told = new StoreContract.Log();
        store.watch("", 0, told);

        disk.failing = failing;
        assertThatThrownBy(() -> put("k", "failed"))
                .isInstanceOf(StoreException.class)
                .hasMessage("the disk fails, " + failing);
        assertThatThrownBy(() -> put("l", "failed"))
                .isInstanceOf(StoreException.class)
                .hasMessage("the disk fails, " + failing);
        assertThat(store.revision()).isEqualTo(1);
        assertThat(contents()).isEqualTo("k=before@1 since 1");
        assertThat(told.revisions()).containsExactly(1L);

        disk.failing = null;
        assertThat(put("m", "after")).isEqualTo(2);
        assertThat(put("k", "after")).isEqualTo(3);
        assertHealed(told);
        store.close();
        store = RocksDbStore.open(directory, Clock.system());
        assertHealed(told);
    }

    @Test
    void what_a_failed_write_left_on_the_disk_is_taken_back_before_anything_else_is_done() {
        put("k", "before");
        disk.failing = Failing.AFTER_EVERYTHING_IS_WRITTEN;
        assertThatThrownBy(() -> put("k", "failed")).isInstanceOf(StoreException.class);
        disk.failing = null;
        store.compact(1);
        store.close();
        store = RocksDbStore.open(directory, Clock.system());
        assertThat(store.revision()).isEqualTo(1);
        assertThat(contents()).isEqualTo("k=before@1 since 1");
    }

    private void assertHealed(StoreContract.Log told) {
        assertThat(contents()).isEqualTo("k=after@3 since 1; m=after@2 since 2");
        assertThat(store.revision()).isEqualTo(3);
        assertThat(told.lines())
                .containsExactly(
                        "k=before@1 since 1 was absent",
                        "m=after@2 since 2 was absent",
                        "k=after@3 since 1 was k=before@1 since 1");
        var toldAgain = new StoreContract.Log();
        store.watch("", 0, toldAgain);
        assertThat(toldAgain.lines()).isEqualTo(told.lines());
    }

    @ParameterizedTest
    @EnumSource
    void a_compaction_that_failed_may_be_tried_again(Failing failing) {
        for (int i = 1; i <= 5; i++) put("k", "v" + i);
        disk.failing = failing;
        assertThatThrownBy(() -> store.compact(4))
                .isInstanceOf(StoreException.class)
                .hasMessage("the disk fails, " + failing);
        assertThat(contents()).isEqualTo("k=v5@5 since 1");
        disk.failing = null;
        store.delete("k", Expect.PRESENT);
        store.compact(3);
        store.compact(6);
        assertThat(store.compactedTo()).isEqualTo(6);
        store.close();
        store = RocksDbStore.open(directory, Clock.system());
        assertThat(contents()).as("nothing comes back").isEmpty();
        assertThat(store.compactedTo()).isEqualTo(6);
        assertThat(store.revision()).isEqualTo(6);
    }

    @Test
    void readers_find_a_conflict_while_nothing_can_be_written() {
        put("k", "before");
        disk.failing = Failing.BEFORE_ANYTHING_IS_WRITTEN;
        assertThat(store.put("k", StoreContract.bytes("x"), Expect.ABSENT)).isInstanceOf(Store.Outcome.Conflict.class);
        assertThat(store.find("k")).isPresent();
    }

    private long put(String key, String value) {
        return ((Written) store.put(key, StoreContract.bytes(value), Expect.ANYTHING)).revision();
    }

    private String contents() {
        return String.join(
                "; ",
                store.list("", 0).entries().stream().map(StoreContract::text).toList());
    }
}
