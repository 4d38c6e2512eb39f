package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Where images come from: the machine's Docker engine, then the mirrors and registries of the configuration. Engine
/// and registries are real, and run on the test machine: one registry without TLS that stands in for Docker Hub, and
/// one with TLS and a password, known by two addresses of which only one has its password in the configuration.
@Tag("containers")
@ExtendWith(ImagesTest.Logs.class)
final class ImagesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String HUB = "172.30.78.1:5000";
    private static final String KNOWN = "172.30.78.1:5001";
    private static final String UNKNOWN = "172.30.78.2:5001";
    private static final String PASSWORD = "open sesame";

    private static final List<Process> SERVERS = new ArrayList<>();
    private static TestMachine machine;
    private static TestCluster cluster;
    private static Path folder;
    private static String digest;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(TestMachine.isPossible(), "needs root, containerd, busybox-static and nftables");
        assumeTrue(
                Stream.of("dockerd", "docker", "docker-registry", "openssl")
                        .allMatch(program -> TestMachine.find(program) != null),
                "needs docker.io, docker-registry and openssl");
        machine = TestMachine.start();
        cluster = new TestCluster(machine);
        folder = machine.data().resolveSibling("registries");
        Files.createDirectories(folder);
        machine.run("ip", "addr", "add", "172.30.78.1/32", "dev", "lo").ok();
        machine.run("ip", "addr", "add", "172.30.78.2/32", "dev", "lo").ok();
        startDocker();
        startRegistries();
        build("service-x", "built here");
        push("service-x", HUB + "/library/from-hub:1");
        digest = push("service-x", HUB + "/team/by-digest:1");
        docker("login", "-u", "me", "-p", PASSWORD, KNOWN);
        push("service-x", KNOWN + "/team/private:1");
        Path config = machine.file("config.yaml", """
                registries:
                  docker.io:
                    mirrors: [{host: "%s", plainHTTP: true}]
                  %s: {ca: registries/ca.pem, username: me, password: "%s"}
                  %s: {ca: registries/ca.pem}
                """.formatted(HUB, KNOWN, PASSWORD, UNKNOWN));
        machine.amphora("up", "--nodes", "1", "--data", machine.data().toString(), "--config", config.toString())
                .ok();
    }

    @AfterAll
    static void leave() throws IOException {
        try {
            if (machine != null) machine.close();
        } finally {
            for (Process server : SERVERS.reversed()) {
                server.destroy();
                server.onExit().join();
            }
        }
    }

    static final class Logs extends TestCluster.Logs {
        @Override
        TestCluster cluster() {
            return cluster;
        }
    }

    @Test
    void what_docker_has_built_runs_and_no_registry_is_asked() throws IOException {
        run("built", "service-x", "IfNotPresent");
        awaitRunning("built");
        assertThat(events("built")).contains("Container image \"service-x\" taken from this machine");
        assertThat(events("built")).noneMatch(message -> message.startsWith("Pulling"));
    }

    @Test
    void who_always_pulls_is_not_given_what_docker_has() throws IOException {
        run("always", "service-x", "Always");
        awaitWaiting("always", "ErrImagePull", "ImagePullBackOff");
        assertThat(events("always")).contains("Pulling image \"service-x\"");
    }

    @Test
    void docker_hub_is_its_mirror_where_the_configuration_says_so() throws IOException {
        run("hub", "from-hub:1", "Always");
        awaitRunning("hub");
        assertThat(events("hub"))
                .anyMatch(
                        message -> message.matches("Successfully pulled image \"from-hub:1\" in \\S+ \\(\\S+ including"
                                + " waiting\\)\\. Image size: \\d+ bytes\\."));
    }

    @Test
    void an_image_is_known_by_its_digest() throws IOException {
        run("digest", "team/by-digest@" + digest, "");
        awaitRunning("digest");
        assertThat(status("digest").text("imageID")).endsWith(digest);
    }

    @Test
    void of_an_index_the_image_for_this_machine_is_taken() throws IOException {
        build("other-machine", "built for another machine");
        push("other-machine", HUB + "/library/other-machine:1");
        String index = HUB + "/library/index:1";
        String ours = HUB + "/library/from-hub:1";
        String other = HUB + "/library/other-machine:1";
        docker("manifest", "create", "--insecure", index, other, ours);
        docker("manifest", "annotate", index, other, "--os", "linux", "--arch", "s390x");
        docker("manifest", "push", "--insecure", index);
        run("index", "index:1", "");
        awaitRunning("index");
        assertThat(cluster.kubectl("exec", "index", "--", "/bin/busybox", "cat", "/words")
                        .ok()
                        .out())
                .isEqualTo("built here");
    }

    @Test
    void a_registry_with_a_password_is_told_what_the_configuration_has() throws IOException {
        run("private", KNOWN + "/team/private:1", "");
        awaitRunning("private");
    }

    @Test
    void a_pod_brings_its_own_password_or_is_refused() throws IOException {
        run("refused", UNKNOWN + "/team/private:1", "");
        awaitWaiting("refused", "ErrImagePull", "ImagePullBackOff");
        String auth = Base64.getEncoder().encodeToString(("me:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        Path secret = machine.file("secret.json", "{\"auths\":{\"" + UNKNOWN + "\":{\"auth\":\"" + auth + "\"}}}");
        cluster.kubectl(
                        "create",
                        "secret",
                        "generic",
                        "registry",
                        "--type=kubernetes.io/dockerconfigjson",
                        "--from-file=.dockerconfigjson=" + secret)
                .ok();
        run("own-password", UNKNOWN + "/team/private:1", "Always", "registry");
        awaitRunning("own-password");
    }

    @Test
    void a_missing_image_is_waited_for_and_runs_when_it_is_there() throws IOException {
        run("late", "late:1", "");
        awaitWaiting("late", "ErrImagePull", "ImagePullBackOff");
        await().atMost(PATIENCE)
                .until(() -> events("late")
                        .containsAll(List.of("Error: ErrImagePull", "Back-off pulling image \"late:1\"")));
        assertThat(events("late")).anyMatch(message -> message.startsWith("Failed to pull image \"late:1\": "));
        push("service-x", HUB + "/library/late:1");
        awaitRunning("late");
    }

    @Test
    void a_registry_that_is_not_there_is_said_to_refuse() throws IOException {
        run("nobody", "172.30.78.1:5999/nobody:1", "");
        awaitWaiting("nobody", "ErrImagePull", "ImagePullBackOff");
        assertThat(events("nobody")).anyMatch(message -> message.contains("connection refused"));
    }

    // ---- Pods

    private static void run(String name, String image, String policy, String... secrets) throws IOException {
        Path file = machine.file(name + ".yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 1
                  imagePullSecrets: [%s]
                  containers:
                  - {name: main, image: "%s", %s command: [/bin/busybox, sleep, "100000"]}
                """.formatted(
                        name,
                        secrets.length == 0 ? "" : "{name: " + secrets[0] + "}",
                        image,
                        policy.isEmpty() ? "" : "imagePullPolicy: " + policy + ","));
        cluster.kubectl("apply", "-f", file.toString()).ok();
    }

    private static ObjectTree status(String pod) {
        List<Tree> containers = cluster.get("pod", pod)
                .object("status")
                .list("containerStatuses")
                .items();
        return containers.isEmpty() ? ObjectTree.EMPTY : containers.getFirst().object();
    }

    private static void awaitRunning(String pod) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status(pod).object("state").has("running"))
                        .as("%s: %s", pod, status(pod))
                        .isTrue());
    }

    private static void awaitWaiting(String pod, String... reasons) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                status(pod).object("state").object("waiting").text("reason"))
                        .isIn((Object[]) reasons));
    }

    private static List<String> events(String pod) {
        return cluster.list("events").stream()
                .filter(event -> event.object("involvedObject").text("name").equals(pod))
                .map(event -> event.text("message"))
                .toList();
    }

    // ---- the engine and the registries

    private static void startDocker() throws IOException {
        Path home = Files.createDirectories(folder.resolve("docker"));
        serve(
                "dockerd",
                "--bridge",
                "none",
                "--iptables=false",
                "--ip6tables=false",
                "--storage-driver",
                "vfs",
                "--data-root",
                home.resolve("data").toString(),
                "--exec-root",
                "/run/docker",
                "--pidfile",
                "/run/docker.pid",
                "--host",
                "unix:///run/docker.sock",
                "--insecure-registry",
                HUB,
                "--insecure-registry",
                KNOWN);
        await().atMost(PATIENCE).until(() -> machine.run(engine("version")).code() == 0);
    }

    private static void startRegistries() throws IOException {
        machine.run(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=registry",
                        "-addext",
                        "subjectAltName=IP:172.30.78.1,IP:172.30.78.2",
                        "-keyout",
                        folder.resolve("key.pem").toString(),
                        "-out",
                        folder.resolve("ca.pem").toString())
                .ok();
        byte[] salt = "sixteen letters!".getBytes(StandardCharsets.US_ASCII);
        Files.writeString(
                folder.resolve("htpasswd"),
                "me:" + OpenBSDBCrypt.generate("2y", PASSWORD.toCharArray(), salt, 5) + "\n");
        registry("hub", ":5000", "");
        registry("private", ":5001", """
                  tls: {certificate: %1$s/ca.pem, key: %1$s/key.pem}
                auth:
                  htpasswd: {realm: private, path: %1$s/htpasswd}
                """.formatted(folder));
        await().atMost(PATIENCE)
                .until(() -> machine.run("ss", "-Hltn").out().contains(":5000")
                        && machine.run("ss", "-Hltn").out().contains(":5001"));
    }

    private static void registry(String name, String address, String more) throws IOException {
        Path config =
                Files.writeString(folder.resolve(name + ".yml"), """
                version: 0.1
                log: {level: warn}
                storage:
                  filesystem: {rootdirectory: %s}
                http:
                  addr: "%s"
                %s""".formatted(folder.resolve(name), address, more));
        serve("docker-registry", "serve", config.toString());
    }

    private static void serve(String program, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "exec \"$0\" \"$@\" >" + folder.resolve(program + ".out") + " 2>&1 </dev/null",
                String.valueOf(TestMachine.find(program))));
        command.addAll(List.of(arguments));
        SERVERS.add(machine.start(command, Map.of()));
    }

    /// An image with a busybox and some words.
    private static void build(String name, String words) throws IOException {
        Path context = Files.createDirectories(folder.resolve("build-" + name));
        Files.copy(
                TestMachine.find("busybox").toRealPath(),
                context.resolve("busybox"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(context.resolve("words"), words);
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch\nCOPY busybox /bin/busybox\nCOPY words /words\n");
        docker("build", "-q", "-t", name, context.toString());
    }

    /// @return the digest of what was pushed
    private static String push(String image, String name) {
        docker("tag", image, name);
        String said = docker("push", name);
        docker("rmi", name); // so that nobody finds it in the engine
        return said.replaceFirst("(?s).*digest: (sha256:[0-9a-f]{64}).*", "$1");
    }

    private static String docker(String... arguments) {
        return machine.run(engine(arguments)).ok().out();
    }

    private static List<String> engine(String... arguments) {
        var command = new ArrayList<>(List.of(
                "env",
                "DOCKER_BUILDKIT=0",
                "DOCKER_CLI_EXPERIMENTAL=enabled",
                "DOCKER_CONFIG=" + folder.resolve("client"),
                "DOCKER_HOST=unix:///run/docker.sock",
                "docker"));
        command.addAll(List.of(arguments));
        return command;
    }
}
