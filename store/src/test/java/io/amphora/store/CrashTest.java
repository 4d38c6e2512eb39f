package io.amphora.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.store.testing.KillLoop;
import java.io.IOException;
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
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                FullDisk.class.getName(),
                directory.toString());
        assertThat(run(command)).isZero();
    }

    /// Where `directory` is a small file system of its own, which goes with the process.
    private int run(List<String> command) throws Exception {
        var mounted = new ArrayList<>(List.of("unshare", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs -o size=72m none \"$0\" && exec \"$@\"", directory.toString()));
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
