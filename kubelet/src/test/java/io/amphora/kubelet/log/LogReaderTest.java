package io.amphora.kubelet.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.time.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {
    private static final String LOG = """
            2026-01-01T00:00:01.000000001Z stdout F one
            2026-01-01T00:00:02.5Z stderr F two
            2026-01-01T00:00:03Z stdout P thr
            2026-01-01T00:00:03Z stdout F ee
            2026-01-01T00:00:04+01:00 stdout F früher
            cut off
            """;

    @TempDir
    Path folder;

    record Row(String sentence, LogOptions options, String wanted) {}

    @Test
    void theWantedLinesAreCopied() throws Exception {
        Path log = Files.writeString(folder.resolve("0.log"), LOG);
        for (var row : List.of(
                new Row("all", LogOptions.ALL, "one\ntwo\nthree\nfrüher\n"),
                new Row("one stream", LogOptions.ALL.withStream("Stderr"), "two\n"),
                new Row("since", LogOptions.ALL.withSince(Instant.parse("2026-01-01T00:00:02Z")), "two\nthree\n"),
                new Row("the last", LogOptions.ALL.withTail(2), "früher\n"),
                new Row("none of the last", LogOptions.ALL.withTail(0), ""),
                new Row("more than there are", LogOptions.ALL.withTail(99), "one\ntwo\nthree\nfrüher\n"),
                new Row("so many bytes", LogOptions.ALL.withLimitBytes(6), "one\ntw"),
                new Row(
                        "with times",
                        LogOptions.ALL.withTimestamps().withLimitBytes(36),
                        "2026-01-01T00:00:01.000000001Z one\n2")))
            assertThat(read(log, row.options())).as(row.sentence()).isEqualTo(row.wanted());
    }

    @Test
    void aLongLogIsReadFromItsEnd() throws Exception {
        var text = new StringBuilder();
        for (int i = 0; i < 5000; i++)
            text.append("2026-01-01T00:00:01Z stdout F line ").append(i).append('\n');
        Path log = Files.writeString(folder.resolve("0.log"), text);
        assertThat(read(log, LogOptions.ALL.withTail(3))).isEqualTo("line 4997\nline 4998\nline 4999\n");
        assertThat(read(log, LogOptions.ALL.withTail(4000)).lines())
                .hasSize(4000)
                .first()
                .isEqualTo("line 1000");
    }

    @Test
    void aFollowerSeesWhatComesAndANewFile() throws Exception {
        Path log = Files.writeString(folder.resolve("0.log"), "2026-01-01T00:00:01Z stdout F one\n");
        var looks = new AtomicInteger();
        var out = new ByteArrayOutputStream();
        LogReader.copy(
                log,
                LogOptions.ALL.withFollow(),
                out,
                () -> {
                    try {
                        switch (looks.getAndIncrement()) {
                            case 0 ->
                                Files.writeString(
                                        log, "2026-01-01T00:00:02Z stdout F two\n", StandardOpenOption.APPEND);
                            case 1 -> {
                                Files.move(log, folder.resolve("0.log.old"));
                                Files.writeString(log, "2026-01-01T00:00:03Z stdout F three\n");
                            }
                            default -> {}
                        }
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    return looks.get() < 4;
                },
                Clock.system());
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("one\ntwo\nthree\n");
    }

    private static String read(Path log, LogOptions options) throws Exception {
        var out = new ByteArrayOutputStream();
        LogReader.copy(log, options, out, () -> false, Clock.system());
        return out.toString(StandardCharsets.UTF_8);
    }
}
