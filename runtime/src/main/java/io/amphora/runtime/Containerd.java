package io.amphora.runtime;

import io.amphora.machinery.io.Bounded;
import io.amphora.machinery.time.Clock;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A containerd of our own: configured, started, adopted, stopped; never the machine's. It runs apart from this
/// JVM,
/// and what
/// runs in it goes on when it stops (each container has a shim process of its own).
public final class Containerd {
    /// Where containerd keeps what the container runtime interface made.
    public static final String NAMESPACE = "k8s.io";

    private static final int END_OF_LOG = 64 << 10;
    private static final int COMMAND_LINE = 16 << 10;
    private static final Logger LOG = LoggerFactory.getLogger(Containerd.class);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int CAP_SYS_RESOURCE = 24;

    private final Config config;
    private final ProcessHandle process;

    private Containerd(Config config, ProcessHandle process) {
        this.config = config;
        this.process = process;
    }

    /// @param root what lasts: images, snapshots
    /// @param state what lasts until a reboot, also the socket, the pid and the log; a short path, as a
    ///     socket's may have 107 characters
    /// @param cniConfig the folder where the network's configuration is, or will be, found
    /// @param cniPlugins the folder of the network plugins' programs
    /// @param registries a folder per registry host with a `hosts.toml` (mirrors, plain HTTP)
    /// @param networkNamespace the network to run in, as a path; empty for this process's own
    public record Config(
            Path root, Path state, Path cniConfig, Path cniPlugins, Path registries, Optional<Path> networkNamespace) {

        public Path socket() {
            return state.resolve("containerd.sock");
        }

        public Path log() {
            return state.resolve("containerd.log");
        }

        Path file() {
            return state.resolve("containerd.toml");
        }

        Path pid() {
            return state.resolve("containerd.pid");
        }
    }

    /// Where distributions put the network plugins.
    public static Optional<Path> findCniPlugins() {
        return List.of("/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni").stream()
                .map(Path::of)
                .filter(folder -> Files.isExecutable(folder.resolve("bridge")))
                .findFirst();
    }

    /// Adopts the containerd that runs with this configuration, or starts one; returns when it answers and has
    /// the
    /// pause image.
    ///
    /// @throws IOException with one sentence that says what to do
    public static Containerd start(Config config, Clock clock) throws IOException {
        for (String program : List.of("containerd", "containerd-shim-runc-v2", "runc", "ctr"))
            if (Processes.find(program).isEmpty())
                throw new IOException(program + " is not installed: install the packages containerd and runc");
        var running = findRunning(config);
        var containerd = running.isPresent() ? running.get() : launch(config);
        containerd.awaitReady(clock);
        return containerd;
    }

    /// The containerd that an earlier process of ours started with this configuration, if it still runs.
    public static Optional<Containerd> findRunning(Config config) {
        try {
            long pid = Long.parseLong(Bounded.text(config.pid(), 32).strip());
            String commandLine = commandLine(pid);
            if (!commandLine.contains(config.file().toString())) return Optional.empty();
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).map(process -> new Containerd(config, process));
        } catch (IOException | NumberFormatException none) {
            return Optional.empty();
        }
    }

    private static Containerd launch(Config config) throws IOException {
        for (var folder : List.of(config.root(), config.state(), config.cniConfig(), config.registries()))
            Files.createDirectories(folder);
        boolean maySetOomScore = hasCapability(CAP_SYS_RESOURCE);
        if (!maySetOomScore)
            LOG.info("without CAP_SYS_RESOURCE: containers keep at least this process's own OOM score");
        Files.writeString(config.file(), toml(config, !maySetOomScore));
        var command = new ArrayList<String>();
        // A session of its own, so that a Ctrl-C meant for us does not reach it. nsenter and not `ip netns
        // exec`: that
        // one would
        // mount /sys anew and hide the cgroups. Both become the next program, so the pid is containerd's.
        // What it writes for containers, /etc/resolv.conf say, is for all their users, whatever our own umask is.
        command.addAll(List.of("sh", "-c", "umask 022; exec \"$@\"", "sh", "setsid"));
        config.networkNamespace().ifPresent(path -> command.addAll(List.of("nsenter", "--net=" + path, "--")));
        command.addAll(List.of(
                Processes.find("containerd").orElseThrow().toString(),
                "--config",
                config.file().toString()));
        var log = config.log().toFile();
        var process = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(log))
                .start();
        Files.writeString(config.pid(), Long.toString(process.pid()));
        return new Containerd(config, process.toHandle());
    }

    private void awaitReady(Clock clock) throws IOException {
        var until = clock.deadline(START);
        try (var runtime = runtime(clock)) {
            while (true) {
                if (!process.isAlive()) throw new IOException("containerd ended as it started: " + lastError());
                try {
                    runtime.version();
                    break;
                } catch (ContainerRuntimeException notYet) {
                    if (until.isOver())
                        throw new IOException("containerd does not answer: " + notYet.getMessage(), notYet);
                }
                clock.sleep(LOOK);
            }
            if (runtime.findImage(PauseImage.NAME).isEmpty())
                new ImageImport(this, clock).add(PauseImage.image(OciImage.hostArchitecture()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while containerd started", e);
        }
    }

    public Config config() {
        return config;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public CriRuntime runtime(Clock clock) {
        return new CriRuntime(config.socket(), clock);
    }

    /// Ends containerd; its containers run on, and are found again by the next one with the same configuration.
    public void stop() {
        process.destroy();
        if (!ended(STOP)) {
            process.destroyForcibly();
            ended(STOP);
        }
        try {
            Files.deleteIfExists(config.pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean ended(Duration within) {
        try {
            process.onExit().get(within.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (java.util.concurrent.ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Ends and removes every container and sandbox, all at once.
    public void removeContainers(Clock clock) {
        try (var runtime = runtime(clock);
                var tasks = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (var sandbox : runtime.sandboxes(Map.of()))
                tasks.execute(() -> {
                    try {
                        runtime.stopSandbox(sandbox.id());
                        runtime.removeSandbox(sandbox.id());
                    } catch (ContainerRuntimeException failure) {
                        LOG.warn("removing sandbox {}: {}", sandbox.id(), failure.getMessage());
                    }
                });
        }
    }

    /// Removes what a containerd that runs no more left behind, also one that crashed: shims and their containers,
    /// mounts, folders.
    public static void removeRemains(Config config) throws IOException {
        endRemains(config);
        FileTrees.delete(config.state());
        FileTrees.delete(config.root());
    }

    /// As [#removeRemains], but what lasts stays: the images.
    public static void endRemains(Config config) throws IOException {
        killShims(config.socket());
        FileTrees.unmountUnder(config.state());
        FileTrees.unmountUnder(config.root());
    }

    /// A shim is told the socket of its containerd on its command line: that is how ours are known. In another mount
    /// namespace the same path is another socket.
    private static void killShims(Path socket) throws IOException {
        var shims = new ArrayList<ProcessHandle>();
        for (var process : ProcessHandle.allProcesses().toList()) {
            String commandLine;
            try {
                commandLine = commandLine(process.pid());
            } catch (IOException gone) {
                continue;
            }
            var words = List.of(commandLine.split("\0"));
            boolean ours = words.getFirst().contains("containerd-shim") && words.contains(socket.toString());
            if (ours
                    && mounts(process.pid())
                            .equals(mounts(ProcessHandle.current().pid()))) shims.add(process);
        }
        for (var shim : shims) {
            // The containers first: without their shim they would be nobody's.
            var inside = shim.descendants().toList();
            inside.forEach(ProcessHandle::destroyForcibly);
            for (var one : inside) await(one);
            shim.destroyForcibly();
            await(shim);
        }
    }

    /// A container's processes are among those that are looked at, and may make theirs as long as they like.
    private static String commandLine(long pid) throws IOException {
        byte[] start = Bounded.start(Path.of("/proc", Long.toString(pid), "cmdline"), COMMAND_LINE);
        return new String(start, StandardCharsets.ISO_8859_1);
    }

    /// The mount namespace of a process, as the kernel names it; "" when the process is gone.
    private static String mounts(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "mnt"))
                    .toString();
        } catch (IOException gone) {
            return "";
        }
    }

    private static void await(ProcessHandle process) {
        try {
            process.onExit().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | java.util.concurrent.ExecutionException unkillable) {
            LOG.warn("process {} does not end", process.pid());
        }
    }

    private String lastError() {
        try {
            var lines = new String(Bounded.tail(config.log(), END_OF_LOG), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.reversed().stream()
                    .filter(line -> line.contains("level=fatal")
                            || line.startsWith("containerd:")
                            || line.startsWith("nsenter:"))
                    .findFirst()
                    .or(() -> lines.isEmpty() ? Optional.empty() : Optional.of(lines.getLast()))
                    .orElse("it said nothing");
        } catch (IOException e) {
            return "its log " + config.log() + " can't be read";
        }
    }

    /// containerd's configuration (version 2: understood from 1.3 on, 2.x included).
    static String toml(Config config, boolean restrictOomScore) {
        return """
                version = 2
                root = %s
                state = %s
                oom_score = 0
                disabled_plugins = [
                  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
                  "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.restart",
                ]

                [grpc]
                  address = %s

                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = %s
                  stream_server_address = "127.0.0.1"
                  stream_server_port = "0"
                  restrict_oom_score_adj = %b
                  netns_mounts_under_state_dir = true
                  enable_unprivileged_ports = true
                  enable_unprivileged_icmp = true

                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = %s
                    conf_dir = %s

                  [plugins."io.containerd.grpc.v1.cri".containerd]
                    default_runtime_name = "runc"

                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                      runtime_type = "io.containerd.runc.v2"

                      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                        SystemdCgroup = false

                  [plugins."io.containerd.grpc.v1.cri".registry]
                    config_path = %s
                """.formatted(
                        quoted(config.root()),
                        quoted(config.state().resolve("run")),
                        quoted(config.socket()),
                        quoted(PauseImage.NAME),
                        restrictOomScore,
                        quoted(config.cniPlugins()),
                        quoted(config.cniConfig()),
                        quoted(config.registries()));
    }

    private static String quoted(Object value) {
        return "\"" + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /// Whether this process may do what a Linux capability (capabilities(7), by number) stands for.
    static boolean hasCapability(int number) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status")))
            if (line.startsWith("CapEff:"))
                return (Long.parseUnsignedLong(
                                                line.substring("CapEff:".length())
                                                        .strip(),
                                                16)
                                        >> number
                                & 1)
                        == 1;
        return false;
    }
}
