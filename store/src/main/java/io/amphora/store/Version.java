package io.amphora.store;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One change as it stands on disk, under its revision.
///
/// ```
///   checksum  kind  created at  replaces  key length  key        value
/// 4 bytes   1     8           8         4           in UTF-8   the rest; none for a deletion      all
/// big-endian
/// ```
///
/// The checksum (CRC-32C) is over the revision and all that follows it, so a record that turns up under a wrong
/// number is found out as one with a flipped bit is. It is our own, over what the caller handed in, from the
/// moment it is encoded until it is read back: RocksDB's checksums cover only its own blocks and only while they
/// are on disk.
///
/// @param createdAt when the key came into being, for a deletion too
/// @param replaces the revision of the version before, 0 when the key was absent. That one was created at
///     `createdAt` too, so this is all one needs to walk back in time
/// @param value null for a deletion
record Version(long revision, String key, long createdAt, long replaces, byte @Nullable [] value) {
    private static final int CHECKSUM = Integer.BYTES;
    private static final int HEADER = CHECKSUM + 1 + 2 * Long.BYTES + Integer.BYTES;
    private static final byte PUT = 1;
    private static final byte DELETION = 2;

    boolean isDeletion() {
        return value == null;
    }

    byte[] encode() {
        var text = key.getBytes(StandardCharsets.UTF_8);
        var record = ByteBuffer.allocate(HEADER + text.length + (value == null ? 0 : value.length))
                .putInt(0)
                .put(value == null ? DELETION : PUT)
                .putLong(createdAt)
                .putLong(replaces)
                .putInt(text.length)
                .put(text);
        if (value != null) record.put(value);
        record.putInt(0, checksum(revision, record.array()));
        return record.array();
    }

    /// Empty when the record is damaged.
    static Optional<Version> decode(long revision, byte[] bytes) {
        try {
            var record = ByteBuffer.wrap(bytes);
            if (record.getInt() != checksum(revision, bytes)) return Optional.empty();
            byte kind = record.get();
            long createdAt = record.getLong();
            long replaces = record.getLong();
            var text = new byte[record.getInt()];
            record.get(text);
            var value = new byte[record.remaining()];
            record.get(value);
            return Optional.of(new Version(
                    revision,
                    new String(text, StandardCharsets.UTF_8),
                    createdAt,
                    replaces,
                    kind == PUT ? value : null));
        } catch (BufferUnderflowException cutShort) {
            return Optional.empty();
        }
    }

    private static int checksum(long revision, byte[] record) {
        var checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(0, revision));
        checksum.update(record, CHECKSUM, Math.max(0, record.length - CHECKSUM));
        return (int) checksum.getValue();
    }
}
