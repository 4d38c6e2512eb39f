package io.amphora.kubelet.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.io.Tail;
import io.amphora.machinery.time.Clock;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logs that would take the agent's memory or hold its threads.
class LogAttacksTest {
    private static final String HEAD = "2026-01-01T00:00:01Z stdout F ";

    @TempDir
    Path folder;

    private static void copy(Path file, LogOptions options, OutputStream out) throws Exception {
        LogReader.copy(file, options, out, () -> false, Clock.system());
    }

    @Test
    void a_line_without_an_end_is_passed_on_as_it_comes() throws Exception {
        Path file = folder.resolve("0.log");
        try (var out = Files.newOutputStream(file)) {
            out.write(HEAD.getBytes(UTF_8));
            for (int i = 0; i < 64; i++) out.write("x".repeat(1 << 20).getBytes(UTF_8));
        }
        var largest = new Largest();
        copy(file, LogOptions.ALL, largest);
        assertThat(largest.all).isEqualTo(64L << 20);
        assertThat(largest.once).isLessThanOrEqualTo(64 * 1024);
    }

    private static final class Largest extends OutputStream {
        private long all;
        private int once;

        @Override
        public void write(int one) {
            all++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            all += length;
            once = Math.max(once, length);
        }
    }

    @Test
    void a_head_without_an_end_is_no_line() throws Exception {
        Path file = Files.writeString(folder.resolve("0.log"), "x".repeat(1 << 20) + "\n" + HEAD + "one\n");
        var out = new ByteArrayOutputStream();
        copy(file, LogOptions.ALL, out);
        assertThat(out.toString(UTF_8)).isEqualTo("one\n");
    }

    @Test
    void of_80_long_lines_the_end_is_kept() throws Exception {
        var lines = new StringBuilder();
        for (int i = 0; i < 80; i++)
            lines.append(HEAD).append("x".repeat(100_000)).append(i).append('\n');
        Path file = Files.writeString(folder.resolve("0.log"), lines);
        var end = new Tail(2048);
        copy(file, LogOptions.ALL.withTail(80), end);
        assertThat(new String(end.bytes(), UTF_8)).hasSize(2048).endsWith("x79\n");
    }

    @Test
    void a_pipe_a_link_or_a_device_in_place_of_a_log_is_refused_at_once() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Files.writeString(folder.resolve("secret"), HEAD + "secret\n");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("secret"));
        for (Path file : new Path[] {pipe, link, Path.of("/dev/zero"), folder})
            assertThatThrownBy(() -> copy(file, LogOptions.ALL, OutputStream.nullOutputStream()))
                    .as(file.toString())
                    .isInstanceOf(FileSystemException.class);
    }
}
