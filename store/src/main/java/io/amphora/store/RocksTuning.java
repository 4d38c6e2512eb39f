package io.amphora.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.WALRecoveryMode;

/// How RocksDB is set up: small, for a cluster's state is some ten megabytes and mostly read once, and strict,
/// for it must notice when something is lost.
final class RocksTuning implements AutoCloseable {
    private static final long MEMTABLE = 8 << 20;
    private static final long BLOCK_CACHE = 4 << 20;

    private final LRUCache cache;
    private final ReadOptions gets;
    private final Options options;

    private static boolean loaded; // guarded by the class

    /// @throws StoreException when RocksDB's native library can't be loaded
    RocksTuning() {
        loadLibrary();
        cache = new LRUCache(BLOCK_CACHE);
        gets = new ReadOptions().setVerifyChecksums(true);
        options = new Options()
                .setCreateIfMissing(true)
                // a torn last record is what a crash leaves; anything else that can't be read is damage, and
                // must not
                // be skipped
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                .setParanoidChecks(true)
                // memory: a memtable takes what is in it, and two of them bound what the log may hold
                .setWriteBufferSize(MEMTABLE)
                .setMaxWriteBufferNumber(2)
                .setAllowConcurrentMemtableWrite(false)
                .setMaxOpenFiles(64)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setCacheIndexAndFilterBlocks(true)
                        .setBlockSize(16 << 10))
                // disk: revisions only rise, so tables hardly overlap and compaction is cheap
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTargetFileSizeBase(8 << 20)
                .setMaxBytesForLevelBase(32 << 20)
                .setMaxBackgroundJobs(2)
                // what is in the log needs no second writing at shutdown
                .setAvoidFlushDuringShutdown(true)
                // no chatter
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(1 << 20)
                .setKeepLogFileNum(2)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
    }

    Options options() {
        return options;
    }

    ReadOptions gets() {
        return gets;
    }

    @Override
    public void close() {
        options.close();
        gets.close();
        cache.close();
    }

    /// RocksDB's own loader leaves 15 MB in the temporary directory whenever the process is killed. A loaded
    /// library needs no name any more, so it is deleted at once.
    private static synchronized void loadLibrary() {
        if (loaded) return;
        try {
            var directory = Files.createTempDirectory("amphora-rocksdb");
            try {
                NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
            } finally {
                deleteWithFiles(directory);
            }
            loaded = true;
        } catch (IOException | RuntimeException | UnsatisfiedLinkError failure) {
            throw new StoreException(
                    "cannot load RocksDB's native library through " + System.getProperty("java.io.tmpdir") + ": "
                            + failure.getMessage(),
                    failure);
        }
    }

    private static void deleteWithFiles(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) Files.delete(file);
        }
        Files.delete(directory);
    }
}
