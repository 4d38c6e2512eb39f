package io.amphora.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.time.Clock;
import io.amphora.store.testing.KillLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What real processes leave behind.
class CrashTest {
    @TempDir
    Path directory;

    @Test
    void no_acknowledged_write_is_lost_when_the_process_is_killed() throws Exception {
        var rounds = new ArrayList<String>();
        new KillLoop(directory, 20260523).run(4, rounds::add);
        assertThat(rounds).hasSize(4);
    }

    @Test
    void a_full_disk_fails_the_writers_and_loses_nothing_and_writing_goes_on_when_there_is_room() throws Exception {
        Assumptions.assumeTrue(run(List.of("true")) == 0, "needs the right to mount a file system");
        assertThat(run(java(FullDisk.class.getName(), directory.toString()))).isZero();
    }

    @Test
    void a_directory_in_use_by_another_process_is_refused() throws Exception {
        try (var store = RocksDbStore.open(directory, Clock.system())) {
            var other = new ProcessBuilder(
                            java(KillLoop.class.getPackageName() + ".Victim", directory.toString(), "1", "1"))
                    .redirectErrorStream(true)
                    .start();
            var output = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(output)
                    .contains("StoreException: " + directory
                            + " is in use by another process: stop that one, or choose another directory");
            assertThat(other.waitFor()).isEqualTo(1);
            assertThat(store.revision()).isZero();
        }
    }

    private static List<String> java(String main, String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(List.of(arguments));
        return command;
    }

    /// Where `directory` is a small file system of its own, which goes with the process.
    private int run(List<String> command) throws Exception {
        var mounted = new ArrayList<>(List.of(
                "unshare",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=72m none \"$0\" && exec \"$@\"",
                directory.toString()));
        mounted.addAll(command);
        try {
            var process = new ProcessBuilder(mounted).inheritIO().start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } catch (IOException noSuchProgram) {
            return -1;
        }
    }
}
