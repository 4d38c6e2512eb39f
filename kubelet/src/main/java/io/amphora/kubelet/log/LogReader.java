package io.amphora.kubelet.log;

import io.amphora.machinery.time.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Reads a container's log as the runtime writes it: `TIME STREAM TAG TEXT`, one line each, where TAG `P` says
/// that
/// the line goes on in the next one.
///
/// ```
/// 2026-01-01T00:00:00.123456789Z stdout F hello
/// ```
public final class LogReader {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int BLOCK = 64 * 1024;

    private final Path file;
    private final LogOptions options;
    private final OutputStream out;
    private final Clock clock;
    private long left;

    private LogReader(Path file, LogOptions options, OutputStream out, Clock clock) {
        this.file = file;
        this.options = options;
        this.out = out;
        this.clock = clock;
        this.left = options.limitBytes().orElse(Long.MAX_VALUE);
    }

    /// Writes the wanted lines, and with `follow` goes on until the container has ended.
    ///
    /// @param running whether more may come
    /// @throws IOException also when the reader of `out` is gone
    public static void copy(Path file, LogOptions options, OutputStream out, BooleanSupplier running, Clock clock)
            throws IOException, InterruptedException {
        new LogReader(file, options, out, clock).copy(running);
    }

    private void copy(BooleanSupplier running) throws IOException, InterruptedException {
        var channel = FileChannel.open(file);
        var opened = key(file);
        try {
            channel.position(
                    options.tailLines().isPresent()
                            ? tailStart(channel, options.tailLines().getAsLong())
                            : 0);
            var line = new ByteArrayOutputStream();
            while (true) {
                boolean mayGrow = options.follow() && running.getAsBoolean();
                if (!copyLines(channel, line)) break;
                out.flush();
                if (isRotated(channel, opened)) {
                    channel.close();
                    channel = FileChannel.open(file);
                    opened = key(file);
                    line.reset();
                } else if (!mayGrow) break;
                else clock.sleep(LOOK);
            }
            out.flush();
        } finally {
            channel.close();
        }
    }

    /// Copies what is there. Returns false when the limit is reached.
    private boolean copyLines(FileChannel channel, ByteArrayOutputStream line) throws IOException {
        var buffer = ByteBuffer.allocate(BLOCK);
        while (channel.read(buffer) > 0) {
            byte[] bytes = buffer.array();
            int start = 0;
            for (int i = 0; i < buffer.position(); i++) {
                if (bytes[i] != '\n') continue;
                line.write(bytes, start, i - start);
                start = i + 1;
                write(line.toByteArray());
                line.reset();
                if (left <= 0) return false;
            }
            line.write(bytes, start, buffer.position() - start);
            buffer.clear();
        }
        return true;
    }

    private void write(byte[] line) throws IOException {
        int time = indexOf(line, 0);
        int stream = time < 0 ? -1 : indexOf(line, time + 1);
        int tag = stream < 0 ? -1 : indexOf(line, stream + 1);
        if (tag < 0) return; // not a log line: the runtime was cut off as it wrote
        String name = text(line, time + 1, stream);
        if (!options.stream().equals("All") && !options.stream().equalsIgnoreCase(name)) return;
        if (options.since().isPresent()
                && isBefore(text(line, 0, time), options.since().get())) return;
        if (options.timestamps()) put(line, 0, time + 1);
        put(line, tag + 1, line.length);
        boolean whole = line[stream + 1] != 'P';
        if (whole && left > 0) {
            out.write('\n');
            left--;
        }
    }

    private void put(byte[] line, int from, int to) throws IOException {
        int count = (int) Math.min(left, to - from);
        out.write(line, from, count);
        left -= count;
    }

    private static boolean isBefore(String time, Instant since) {
        try {
            return OffsetDateTime.parse(time).toInstant().isBefore(since);
        } catch (DateTimeException unreadable) {
            return false;
        }
    }

    private static int indexOf(byte[] line, int from) {
        for (int i = from; i < line.length; i++) if (line[i] == ' ') return i;
        return -1;
    }

    private static String text(byte[] line, int from, int to) {
        return new String(line, from, to - from, StandardCharsets.US_ASCII);
    }

    /// Where the last `lines` lines begin.
    static long tailStart(FileChannel channel, long lines) throws IOException {
        long end = channel.size();
        if (lines <= 0) return end;
        long found = 0;
        var buffer = ByteBuffer.allocate(BLOCK);
        for (long at = end; at > 0; ) {
            int length = (int) Math.min(BLOCK, at);
            at -= length;
            buffer.clear().limit(length);
            while (buffer.hasRemaining()) if (channel.read(buffer, at + buffer.position()) < 0) break;
            for (int i = length - 1; i >= 0; i--) {
                boolean last = at + i == end - 1;
                if (buffer.get(i) == '\n' && !last && ++found == lines) return at + i + 1;
            }
        }
        return 0;
    }

    /// Whether another file has taken the name of the one that is open: then that one has all that comes.
    private boolean isRotated(FileChannel channel, @Nullable Object opened) throws IOException {
        try {
            return Files.size(file) < channel.position() || !Objects.equals(key(file), opened);
        } catch (NoSuchFileException betweenTwoFiles) {
            return false;
        }
    }

    /// The identity of the file that has the name now.
    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }
}
