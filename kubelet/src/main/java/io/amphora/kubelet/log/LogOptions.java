package io.amphora.kubelet.log;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// Which lines of a log are wanted, and how (core/v1 PodLogOptions).
///
/// @param tailLines so many of the last lines
/// @param since none that are older
/// @param limitBytes so many bytes at most
/// @param stream `Stdout`, `Stderr` or `All`
public record LogOptions(
        boolean follow,
        boolean timestamps,
        OptionalLong tailLines,
        Optional<Instant> since,
        OptionalLong limitBytes,
        String stream) {
    public static final LogOptions ALL =
            new LogOptions(false, false, OptionalLong.empty(), Optional.empty(), OptionalLong.empty(), "All");

    public LogOptions withTail(long lines) {
        return new LogOptions(follow, timestamps, OptionalLong.of(lines), since, limitBytes, stream);
    }

    public LogOptions withLimitBytes(long bytes) {
        return new LogOptions(follow, timestamps, tailLines, since, OptionalLong.of(bytes), stream);
    }

    public LogOptions withFollow() {
        return new LogOptions(true, timestamps, tailLines, since, limitBytes, stream);
    }

    public LogOptions withTimestamps() {
        return new LogOptions(follow, true, tailLines, since, limitBytes, stream);
    }

    public LogOptions withSince(Instant since) {
        return new LogOptions(follow, timestamps, tailLines, Optional.of(since), limitBytes, stream);
    }

    public LogOptions withStream(String stream) {
        return new LogOptions(follow, timestamps, tailLines, since, limitBytes, stream);
    }
}
