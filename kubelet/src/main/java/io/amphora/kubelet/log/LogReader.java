package io.amphora.kubelet.log;

import io.amphora.kubelet.volume.ContainerFiles;
import io.amphora.machinery.time.Clock;
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

    /// `TIME STREAM TAG `.
    private static final int PARTS = 3;

    private static final int LONGEST_HEAD = 128;

    /// Where in a line the next byte is.
    private enum Place {
        HEAD,
        TEXT,
        SKIPPED
    }

    private final Path file;
    private final LogOptions options;
    private final OutputStream out;
    private final Clock clock;
    private long left;

    private Place place = Place.HEAD;
    private final byte[] head = new byte[LONGEST_HEAD];
    private int headLength;
    private int blanks;
    private boolean goesOn;

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
        var channel = ContainerFiles.open(file);
        var opened = key(file);
        try {
            channel.position(
                    options.tailLines().isPresent()
                            ? tailStart(channel, options.tailLines().getAsLong())
                            : 0);
            while (true) {
                boolean mayGrow = options.follow() && running.getAsBoolean();
                if (!copyLines(channel)) break;
                out.flush();
                if (isRotated(channel, opened)) {
                    channel.close();
                    channel = ContainerFiles.open(file);
                    opened = key(file);
                    beginLine();
                } else if (!mayGrow) break;
                else clock.sleep(LOOK);
            }
            out.flush();
        } finally {
            channel.close();
        }
    }

    /// Copies what is there. Returns false when the limit is reached.
    private boolean copyLines(FileChannel channel) throws IOException {
        var buffer = ByteBuffer.allocate(BLOCK);
        while (channel.read(buffer) > 0) {
            byte[] bytes = buffer.array();
            int start = 0;
            for (int i = 0; i < buffer.position(); i++) {
                if (bytes[i] != '\n') continue;
                take(bytes, start, i);
                endLine();
                start = i + 1;
                if (left <= 0) return false;
            }
            take(bytes, start, buffer.position());
            if (left <= 0) return false;
            buffer.clear();
        }
        return true;
    }

    private void beginLine() {
        place = Place.HEAD;
        headLength = 0;
        blanks = 0;
    }

    /// A part of a line. The text goes on as it comes: a line may have no end.
    private void take(byte[] bytes, int from, int to) throws IOException {
        int at = from;
        while (place == Place.HEAD && at < to) {
            if (headLength == head.length) place = Place.SKIPPED; // not a log line
            else takeOfHead(bytes[at++]);
        }
        if (place == Place.TEXT) put(bytes, at, to);
    }

    private void takeOfHead(byte one) throws IOException {
        head[headLength++] = one;
        if (one == ' ' && ++blanks == PARTS) place = isWanted() ? Place.TEXT : Place.SKIPPED;
    }

    private boolean isWanted() throws IOException {
        int time = indexOf(head, 0);
        int stream = indexOf(head, time + 1);
        String name = text(head, time + 1, stream);
        if (!options.stream().equals("All") && !options.stream().equalsIgnoreCase(name)) return false;
        if (options.since().isPresent()
                && isBefore(text(head, 0, time), options.since().get())) return false;
        goesOn = head[stream + 1] == 'P';
        if (options.timestamps()) put(head, 0, time + 1);
        return true;
    }

    /// A line whose head is not whole is none: the runtime was cut off as it wrote.
    private void endLine() throws IOException {
        if (place == Place.TEXT && !goesOn && left > 0) {
            out.write('\n');
            left--;
        }
        beginLine();
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
