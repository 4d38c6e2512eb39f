package io.amphora.store;

import io.amphora.machinery.time.Clock;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksDbStoreTest extends StoreContract {
    @TempDir
    Path directory;

    @Override
    Store newStore() {
        return RocksDbStore.open(directory, Clock.system());
    }
}
