package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/// A Docker engine and registries on a [TestMachine]. All registries show the same images; they differ in how they
/// want to be asked.
final class TestRegistries implements AutoCloseable {
    private static final String OPEN = "127.0.0.1:5000";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern DIGEST = Pattern.compile("digest: (sha256:[0-9a-f]{64})");

    private final TestMachine machine;
    private final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private Process open;

    TestRegistries(TestMachine machine) throws IOException {
        this.machine = machine;
        this.folder = machine.data().getParent();
        Files.createDirectories(folder.resolve("docker"));
    }

    static boolean isPossible() {
        return Stream.of("dockerd", "docker", "docker-registry", "openssl")
                .allMatch(program -> TestMachine.find(program) != null);
    }

    /// At the usual socket, which is this machine's alone. It leaves the network as it is.
    void startDocker() throws IOException {
        String dockerd = "dockerd --bridge none --iptables=false --ip6tables=false --ip-forward=false"
                + " --storage-driver vfs --host unix:///run/docker.sock --exec-root /run/docker --pidfile /run/docker.pid"
                + " --data-root " + folder.resolve("docker/data");
        processes.add(start(dockerd, "dockerd"));
        await().atMost(PATIENCE).until(() -> docker("version").code() == 0);
    }

    /// Plain HTTP, for everybody.
    void startOpen() throws IOException {
        open = registry("open", 5000, "");
        await().atMost(PATIENCE)
                .until(() -> machine.run("busybox", "wget", "-q", "-O", "-", "http://" + OPEN + "/v2/")
                                .code()
                        == 0);
    }

    void stopOpen() {
        end(open);
    }

    /// With a certificate of its own making in `registry.crt`, for `ann` with the password `p:w`.
    void startWithTls() throws IOException {
        String certificate = folder.resolve("registry.crt").toString();
        String key = folder.resolve("registry.key").toString();
        machine.run(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=registry",
                        "-addext",
                        "subjectAltName=IP:172.30.77.1",
                        "-keyout",
                        key,
                        "-out",
                        certificate)
                .ok();
        registry("tls", 5001, "  tls: {certificate: " + certificate + ", key: " + key + "}\n" + password());
        awaitListening("tls");
    }

    /// Plain HTTP, for `ann` with the password `p:w`.
    void startWithPassword() throws IOException {
        registry("password", 5002, password());
        awaitListening("password");
    }

    private void awaitListening(String name) {
        Path log = folder.resolve("registry-" + name + ".log");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(log).content().contains("listening on"));
    }

    private String password() throws IOException {
        byte[] salt = "sixteen bytes...".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Path file =
                machine.file("htpasswd", "ann:" + OpenBSDBCrypt.generate("2y", "p:w".toCharArray(), salt, 5) + "\n");
        return "auth:\n  htpasswd: {realm: test, path: " + file + "}\n";
    }

    private Process registry(String name, int port, String more) throws IOException {
        Path config = machine.file("registry-" + name + ".yml", """
                version: 0.1
                log: {accesslog: {disabled: false}}
                storage:
                  filesystem: {rootdirectory: %s}
                http:
                  addr: 0.0.0.0:%d
                  secret: test
                %s""".formatted(folder.resolve("images"), port, more));
        Process process = start("docker-registry serve " + config, "registry-" + name);
        processes.add(process);
        return process;
    }

    private Process start(String command, String name) throws IOException {
        String log = folder.resolve(name + ".log").toString();
        return machine.start(List.of("sh", "-c", "exec " + command + " >>" + log + " 2>&1 </dev/null"), Map.of());
    }

    /// What the open registry was asked.
    String requests() throws IOException {
        return Files.readString(folder.resolve("registry-open.log"));
    }

    /// `docker build`, of an image with busybox alone.
    void build(String name, String... command) throws IOException {
        Path context = Files.createDirectories(folder.resolve("docker/context"));
        Path busybox = context.resolve("busybox");
        if (!Files.exists(busybox)) Files.copy(TestMachine.find("busybox"), busybox);
        String words = Stream.concat(Stream.of("/bin/busybox"), Stream.of(command))
                .map(word -> "\"" + word + "\"")
                .collect(Collectors.joining(","));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                COPY busybox /bin/busybox
                LABEL name="%s"
                ENTRYPOINT [%s]
                """.formatted(name, words));
        docker("build", "-t", name, context.toString()).ok();
    }

    /// Builds an image, pushes it and forgets it, so that it is at the registry alone.
    ///
    /// @return its digest
    String push(String name, String... command) throws IOException {
        String pushed = OPEN + "/" + name;
        build(pushed, command);
        String out = docker("push", pushed).ok().out();
        docker("rmi", pushed).ok();
        var digest = DIGEST.matcher(out);
        if (!digest.find()) throw new IOException("no digest in " + out);
        return digest.group(1);
    }

    /// An index of two images that have been pushed, the foreign one first.
    void pushIndex(String name, String foreign, String architecture, String own) {
        docker("manifest", "create", "--insecure", at(name), at(foreign), at(own))
                .ok();
        docker("manifest", "annotate", "--os", "linux", "--arch", architecture, at(name), at(foreign))
                .ok();
        docker("manifest", "push", "--insecure", at(name)).ok();
    }

    private static String at(String name) {
        return OPEN + "/" + name;
    }

    /// With a configuration of its own, so that nobody's is read or changed.
    private TestMachine.Result docker(String... arguments) {
        var words = new ArrayList<>(List.of(
                "env",
                "DOCKER_CLI_EXPERIMENTAL=enabled",
                "DOCKER_BUILDKIT=0",
                "DOCKER_CONFIG=" + folder.resolve("docker/config"),
                "DOCKER_HOST=unix:///run/docker.sock",
                "docker"));
        words.addAll(List.of(arguments));
        return machine.run(words);
    }

    @Override
    public void close() {
        processes.reversed().forEach(TestRegistries::end);
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
