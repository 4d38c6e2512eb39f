package io.amphora.composition;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A process of ours that outlives the command that started it. It is known by its pid and the moment it started,
/// so that
/// another process that got the pid later is never taken for it.
final class Daemon {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ProcessHandle process;

    private Daemon(ProcessHandle process) {
        this.process = process;
    }

    /// Starts a command apart from this terminal, its output in `log`.
    static Daemon start(List<String> command, Path log, Path pidFile) {
        var whole = new ArrayList<>(List.of("setsid"));
        whole.addAll(command);
        try {
            Files.createDirectories(log.getParent());
            Files.createDirectories(pidFile.getParent());
            Process process = new ProcessBuilder(whole)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            Files.writeString(pidFile, process.pid() + " " + startOf(process.pid()));
            return new Daemon(process.toHandle());
        } catch (IOException failure) {
            throw new UserError("cannot start " + command.getFirst() + ": " + failure.getMessage());
        }
    }

    static Optional<Daemon> find(Path pidFile) {
        try {
            String[] parts = Files.readString(pidFile).strip().split(" ");
            long pid = Long.parseLong(parts[0]);
            if (parts.length != 2 || !startOf(pid).equals(parts[1])) return Optional.empty();
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).map(Daemon::new);
        } catch (IOException | NumberFormatException none) {
            return Optional.empty();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /// Asks it to end, and ends it when it does not.
    void stop() {
        process.destroy();
        try {
            process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException slow) {
            process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Resident memory in bytes, 0 when the process is gone.
    long memory() {
        return memoryOf(process.pid());
    }

    static long memoryOf(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")))
                if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        } catch (IOException gone) {
            return 0;
        }
        return 0;
    }

    /// When a process started, in the kernel's ticks since boot (proc(5), field 22 of stat).
    private static String startOf(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
    }

    /// The command that runs this same jar with this same JVM.
    static List<String> self(String heap, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-Xms24m",
                "-Xmx" + heap,
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=25",
                "-XX:ReservedCodeCacheSize=64m",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
