package io.amphora.composition;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /// Runs its arguments, and again whenever they end by a signal or for lack of memory: a process that was killed
    /// comes back. An end by its own will (0), by a user's mistake (1) or by a request to stop (143) is final.
    private static final String KEEPER = """
            umask 077
            echo "$$ $(cut -d ' ' -f 22 /proc/$$/stat)" >"$0"
            child=
            trap 'kill "$child" 2>/dev/null; wait "$child"; exit 0' TERM INT
            while :; do
                begun=$(date +%s)
                "$@" &
                child=$!
                wait "$child"
                code=$?
                case $code in 0 | 1 | 143) exit $code ;; esac
                echo "ended with code $code; starting it again"
                if [ $(($(date +%s) - begun)) -lt 2 ]; then sleep 2; else sleep 0.1; fi
            done
            """;

    /// Starts a command apart from this terminal, its output in `log`, and a small process that keeps it running.
    /// What it logs goes there too, by logback.xml, which begins a new file when one is full.
    /// That one tells its pid in `keeperFile` itself: nothing runs unknown when this process is killed meanwhile.
    static Daemon start(List<String> command, Path log, Path keeperFile) {
        var whole = new ArrayList<>(List.of("setsid", "sh", "-c", KEEPER, keeperFile.toString()));
        whole.addAll(command);
        try {
            Files.createDirectories(log.getParent());
            Files.createDirectories(keeperFile.getParent());
            var process = new ProcessBuilder(whole)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            process.environment().putAll(Map.of("AMPHORA_LOG", log.toString(), "AMPHORA_LOG_TO", "file"));
            return new Daemon(process.start().toHandle());
        } catch (IOException failure) {
            throw new UserError("cannot start " + command.getFirst() + ": " + failure.getMessage());
        }
    }

    /// Makes this process the one that a pid file names, until the claim is closed.
    ///
    /// @param what for the message when another one is: `node web-1`
    static Claim claim(Path pidFile, String what) {
        Optional<Daemon> other = find(pidFile);
        if (other.isPresent())
            throw new UserError(what + " runs on this machine already (process "
                    + other.get().pid() + ")");
        try {
            write(pidFile, ProcessHandle.current().pid());
        } catch (IOException failure) {
            throw new UserError("cannot write " + pidFile + ": " + failure.getMessage());
        }
        return new Claim(pidFile);
    }

    record Claim(Path pidFile) implements AutoCloseable {
        @Override
        public void close() {
            try {
                Files.deleteIfExists(pidFile);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private static void write(Path pidFile, long pid) throws IOException {
        Files.createDirectories(pidFile.getParent());
        Files.writeString(pidFile, pid + " " + startOf(pid));
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

    /// The command that runs a jar of ours with this same JVM, as `COMMAND.jvm` says.
    static List<String> java(Path jar, String heap, String command, List<String> arguments) {
        var whole = new ArrayList<String>();
        whole.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        whole.addAll(options(command));
        if (isOf(cacheOf(jar), jar)) whole.add("-XX:AOTCache=" + cacheOf(jar));
        whole.addAll(List.of("-Xmx" + heap, "-jar", jar.toString(), command));
        whole.addAll(arguments);
        return whole;
    }

    /// Where the classes of a jar lie as the JVM likes them, see [Training]; not there when nobody made it.
    static Path cacheOf(Path jar) {
        return jar.resolveSibling(jar.getFileName().toString().replaceFirst("\\.jar$", ".aot"));
    }

    /// A cache that is older than its jar is another jar's; the JVM would find out too, but complain.
    private static boolean isOf(Path cache, Path jar) {
        try {
            return Files.exists(cache)
                    && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) >= 0;
        } catch (IOException gone) {
            return false;
        }
    }

    private static List<String> options(String command) {
        String name = command + ".jvm";
        try (InputStream file = Objects.requireNonNull(Daemon.class.getResourceAsStream(name), name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
