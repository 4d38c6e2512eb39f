package io.amphora.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A machine to try a cluster on: network and mount namespaces of their own, `/run` empty, a folder for data. What a
/// test does to it nobody else sees, so several can be had side by side, and beside a cluster that really runs here.
/// Closing it takes everything down.
final class TestMachine implements AutoCloseable {
    static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Path LAUNCHER = REPOSITORY.resolve("amphora");
    private static final Duration LONGEST = Duration.ofMinutes(4);

    private final Process holder;
    private final Path folder;

    private TestMachine(Process holder, Path folder) {
        this.holder = holder;
        this.folder = folder;
    }

    /// Whether this machine can play others: root, containerd, busybox.
    static boolean isPossible() {
        return System.getProperty("user.name").equals("root")
                && Stream.of("containerd", "runc", "busybox", "unshare", "nsenter", "nft")
                        .allMatch(program -> find(program) != null);
    }

    static TestMachine start() throws IOException {
        Path folder = Files.createTempDirectory("amphora-e2e");
        // The reader waits for its standard input: it ends when this process does, however that ends.
        Process holder = new ProcessBuilder(
                        "unshare",
                        "--net",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs none /run && ip link set lo up && echo ready && read -r end")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (holder.inputReader().readLine() == null) throw new IOException("cannot make namespaces");
        return new TestMachine(holder, folder);
    }

    record Result(int code, String out, String err) {
        Result ok() {
            if (code != 0) throw new AssertionError("exit code " + code + "\n" + out + err);
            return this;
        }

        List<String> lines() {
            return out.lines().toList();
        }
    }

    Path data() {
        return folder.resolve("data");
    }

    Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /// The product's own launcher.
    Result amphora(String... arguments) {
        return run(words(List.of(LAUNCHER.toString()), arguments));
    }

    /// A kubectl with the admin's rights.
    Result kubectl(List<String> program, String... arguments) {
        return run(words(program, arguments));
    }

    static List<String> builtIn() {
        return List.of(LAUNCHER.toString(), "kubectl");
    }

    /// The kubectls of this machine: the one on the PATH, and what lies beside it in other versions.
    static List<Path> kubectls() throws IOException {
        Path main = find("kubectl");
        if (main == null) return List.of();
        Path real = main.toRealPath();
        try (Stream<Path> beside = Files.list(real.getParent())) {
            return Stream.concat(
                            Stream.of(real),
                            beside.filter(file -> file.getFileName().toString().matches("kubectl\\.\\d+\\.\\d+")))
                    .sorted()
                    .toList();
        }
    }

    Result run(String... command) {
        return run(List.of(command));
    }

    /// Runs a command on this machine and waits for it.
    Result run(List<String> command) {
        try {
            Process process = start(command, Map.of());
            process.getOutputStream().close();
            var err = new StringBuilder();
            Thread errors = Thread.ofVirtual().start(() -> {
                try {
                    err.append(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
                } catch (IOException gone) {
                    err.append(gone.getMessage());
                }
            });
            Thread limit = Thread.ofVirtual().start(() -> {
                try {
                    if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) process.destroyForcibly();
                } catch (InterruptedException done) {
                    Thread.currentThread().interrupt();
                }
            });
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            limit.interrupt();
            errors.join();
            return new Result(code, out, err.toString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /// Starts a command on this machine.
    Process start(List<String> command, Map<String, String> environment) throws IOException {
        var whole = new ArrayList<String>(
                List.of("nsenter", "--target", Long.toString(holder.pid()), "--net", "--mount", "--"));
        whole.addAll(command);
        var builder = new ProcessBuilder(whole);
        Path kubeconfig = data().resolve("admin.kubeconfig");
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment()
                .put(
                        "AMPHORA_JAR",
                        REPOSITORY.resolve("composition/target/amphora.jar").toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// The process that a file below `/run/amphora` names; "" when there is none.
    String pid(String file) {
        return run("cut", "-d", " ", "-f", "1", "/run/amphora/" + file).out().strip();
    }

    /// The command that runs a class of these tests in a process of its own.
    List<String> java(Class<?> main, String... arguments) {
        return words(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        main.getName()),
                arguments);
    }

    /// What a GET answers; "" when nobody does.
    String get(String url) {
        return run("timeout", "5", find("busybox").toString(), "wget", "-q", "-O", "-", url)
                .out()
                .strip();
    }

    /// Everything that this machine has in the kernel: links, routes, packet filter, mounts, namespaces.
    String traces() {
        return run("sh", "-c", "ip -o link; ip -o addr; ip route; nft list ruleset; ip netns; cat /proc/self/mounts")
                .ok()
                .out();
    }

    /// The ends of all logs, for a failure.
    String logs() {
        var text = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path log : files.filter(file -> file.toString().endsWith(".log"))
                    .filter(file -> file.getFileName().toString().matches("server.log|agent.log"))
                    .toList()) {
                List<String> lines = Files.readAllLines(log);
                text.append("---- ").append(folder.relativize(log)).append('\n');
                lines.subList(Math.max(0, lines.size() - 40), lines.size())
                        .forEach(line -> text.append(line).append('\n'));
            }
        } catch (IOException | UncheckedIOException gone) {
            text.append(gone.getMessage());
        }
        return text.toString();
    }

    private static List<String> words(List<String> program, String... arguments) {
        return Stream.concat(program.stream(), Stream.of(arguments)).toList();
    }

    static Path find(String program) {
        return Stream.of(System.getenv("PATH").split(":"), new String[] {"/usr/sbin", "/sbin"})
                .flatMap(Stream::of)
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() throws IOException {
        try {
            amphora("down", "--data", data().toString());
        } finally {
            holder.destroy();
            io.amphora.runtime.FileTrees.delete(folder);
        }
    }
}
