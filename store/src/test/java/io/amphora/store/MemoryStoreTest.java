package io.amphora.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StoreContract {
    @Override
    Store newStore() {
        return new MemoryStore();
    }

    @Test
    void what_falls_out_of_the_ring_is_compacted_away() {
        store = new MemoryStore(3);
        for (int i = 1; i <= 5; i++) put("k", "v" + i);
        assertThat(store.compactedTo()).isEqualTo(2);
        assertThat(contents("", 2)).isEqualTo("k=v2@2 since 1");
        assertThatThrownBy(() -> store.list("", 1))
                .isInstanceOf(CompactedException.class)
                .hasMessage("revision 1 is compacted away, the oldest is 2");
        var log = new Log();
        store.watch("", 2, log);
        assertThat(log.revisions()).containsExactly(3L, 4L, 5L);
    }
}
