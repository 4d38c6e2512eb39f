package io.amphora.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.machinery.time.Clock;
import io.amphora.runtime.ContainerRuntime.ContainerEvent;
import io.amphora.runtime.ContainerRuntime.Streams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// With a real containerd of its own, on this machine's network (the sandboxes here have no network of their
/// own, so
/// nothing is
/// set up that would have to be taken down). Skipped where it can't run.
class ContainerdTest {
    private static final Clock CLOCK = Clock.system();
    private static Path home = Path.of("/");
    private static Containerd.Config config = config(home);
    private static Containerd containerd;
    private static CriRuntime runtime;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root");
        assumeTrue(Processes.find("containerd").isPresent(), "needs containerd and runc");
        assumeTrue(Processes.find("busybox").isPresent(), "needs busybox-static");
        home = Files.createTempDirectory("ctd");
        config = config(home);
        containerd = Containerd.start(config, CLOCK);
        runtime = containerd.runtime(CLOCK);
        new ImageImport(containerd, CLOCK).add(busybox("test/box:1"));
    }

    @AfterAll
    static void stop() throws IOException {
        if (home.getNameCount() == 0) return;
        if (runtime != null) runtime.close();
        if (containerd != null) {
            containerd = Containerd.start(config, CLOCK);
            containerd.removeContainers(CLOCK);
            containerd.stop();
        }
        Containerd.removeRemains(config);
        FileTrees.delete(home);
        for (Path controller : cgroups(cgroupParent())) Files.deleteIfExists(controller);
    }

    @Test
    void tellsItsVersion() {
        assertThat(runtime.version().name()).isEqualTo("containerd");
        assertThat(runtime.conditions()).anySatisfy(one -> {
            assertThat(one.type()).isEqualTo("RuntimeReady");
            assertThat(one.status()).isTrue();
        });
    }

    @Test
    void theImportedImageIsFoundByItsShortName() {
        assertThat(runtime.findImage("test/box:1"))
                .hasValueSatisfying(image -> assertThat(image.tags()).contains("docker.io/test/box:1"));
        assertThat(runtime.findImage("test/none:1")).isEmpty();
        assertThat(runtime.images())
                .anySatisfy(image -> assertThat(image.tags()).contains(PauseImage.NAME));
    }

    @Test
    void aContainerRunsAndItsEndIsReported() {
        var events = new CopyOnWriteArrayList<ContainerEvent>();
        try (var subscription = runtime.events(events::add)) {
            String sandbox = sandbox("ends");
            String id = run(sandbox, "ends", "echo hello; exit 3");
            await().until(() -> status(id).container().state() == Container.State.EXITED);
            assertThat(status(id)).satisfies(status -> {
                assertThat(status.exitCode()).isEqualTo(3);
                assertThat(status.reason()).isEqualTo("Error");
                assertThat(status.startedAt()).isPresent();
                assertThat(status.finishedAt()).isPresent();
            });
            assertThat(home.resolve("logs/ends/0.log")).content().contains(" stdout F hello");
            await().until(() -> events.contains(new ContainerEvent(id, ContainerEvent.Type.STOPPED)));
            remove(sandbox);
        }
    }

    @Test
    void aCommandRunsInARunningContainer() {
        String sandbox = sandbox("exec");
        String id = run(sandbox, "exec", "sleep 1000");
        var result = runtime.exec(id, List.of("sh", "-c", "echo out; echo err >&2; exit 7"), Duration.ofSeconds(20));
        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(new String(result.stdout(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("out\n");
        assertThat(new String(result.stderr(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("err\n");
        assertThatThrownBy(() -> runtime.exec(id, List.of("sleep", "100"), Duration.ofSeconds(1)))
                .isInstanceOfSatisfying(
                        ContainerRuntimeException.class,
                        failure ->
                                assertThat(failure.code()).isEqualTo(ContainerRuntimeException.Code.DEADLINE_EXCEEDED));
        assertThat(runtime.execUrl(id, List.of("sh"), new Streams(true, true, true, false)))
                .startsWith("http://127.0.0.1:");
        remove(sandbox);
    }

    @Test
    void aContainerThatIgnoresTermIsKilled() {
        String sandbox = sandbox("stubborn");
        String id = run(sandbox, "stubborn", "trap '' TERM; sleep 1000 & wait; sleep 1000");
        runtime.stopContainer(id, Duration.ofSeconds(1));
        assertThat(status(id).exitCode()).isEqualTo(137);
        remove(sandbox);
    }

    @Test
    void aContainerOutlivesItsContainerd() throws IOException {
        String sandbox = sandbox("stays");
        String id = run(sandbox, "stays", "sleep 1000");
        var started = status(id).startedAt();
        synchronized (ContainerdTest.class) {
            containerd.stop();
            assertThat(Containerd.findRunning(config)).isEmpty();
            containerd = Containerd.start(config, CLOCK);
        }
        assertThat(Containerd.findRunning(config)).isPresent();
        await().ignoreExceptions().until(() -> status(id).container().state() == Container.State.RUNNING);
        assertThat(status(id).startedAt()).isEqualTo(started);
        assertThat(runtime.containers(Map.of("io.kubernetes.pod.name", "stays")))
                .extracting(Container::id)
                .containsExactly(id);
        remove(sandbox);
        assertThat(runtime.findSandbox(sandbox)).isEmpty();
        assertThat(runtime.findContainer(id)).isEmpty();
    }

    private static Container.Status status(String id) {
        return runtime.findContainer(id).orElseThrow();
    }

    private static String sandbox(String name) {
        return runtime.runSandbox(sandboxConfig(name));
    }

    private static void remove(String sandbox) {
        runtime.stopSandbox(sandbox);
        runtime.removeSandbox(sandbox);
    }

    private static String run(String sandbox, String name, String script) {
        var security = new Container.Security(
                List.of(),
                List.of(),
                false,
                HOST_NETWORK,
                OptionalLong.empty(),
                OptionalLong.empty(),
                "",
                false,
                List.of(),
                false,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
        var container = new Container.Config(
                name,
                0,
                "test/box:1",
                List.of("sh", "-c", script),
                List.of(),
                "",
                List.of(),
                List.of(),
                List.of(),
                Map.of("io.kubernetes.pod.name", name),
                Map.of(),
                name + "/0.log",
                false,
                false,
                false,
                new Container.Resources(102, 50_000, 100_000, 64 << 20, 1000, Map.of()),
                security);
        try {
            Files.createDirectories(home.resolve("logs").resolve(name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        String id = runtime.createContainer(sandbox, container, sandboxConfig(name));
        runtime.startContainer(id);
        return id;
    }

    private static final Sandbox.Namespaces HOST_NETWORK = new Sandbox.Namespaces(
            Sandbox.Namespaces.Scope.NODE, Sandbox.Namespaces.Scope.CONTAINER, Sandbox.Namespaces.Scope.POD, "");

    private static Sandbox.Config sandboxConfig(String name) {
        return new Sandbox.Config(
                new Sandbox.Metadata(name, "test", name, 0),
                "",
                home.resolve("logs").toString(),
                new Sandbox.Dns(List.of(), List.of(), List.of()),
                List.of(),
                Map.of("io.kubernetes.pod.name", name),
                Map.of(),
                cgroupParent() + "/" + name,
                new Sandbox.Security(
                        HOST_NETWORK, OptionalLong.empty(), OptionalLong.empty(), List.of(), false, Optional.empty()),
                Map.of(),
                "");
    }

    private static String cgroupParent() {
        return "/" + home.getFileName();
    }

    /// The folders of a cgroup, the innermost first, under every controller.
    private static List<Path> cgroups(String name) throws IOException {
        try (var controllers = Files.list(Path.of("/sys/fs/cgroup"))) {
            return controllers
                    .map(controller -> Path.of(controller + name))
                    .filter(Files::isDirectory)
                    .flatMap(folder -> {
                        try (var all = Files.walk(folder)) {
                            return all.filter(Files::isDirectory).toList().reversed().stream();
                        } catch (IOException gone) {
                            return java.util.stream.Stream.<Path>of();
                        }
                    })
                    .toList();
        }
    }

    private static Containerd.Config config(Path home) {
        return new Containerd.Config(
                home.resolve("root"),
                home.resolve("state"),
                home.resolve("cni"),
                Containerd.findCniPlugins().orElse(home.resolve("no-plugins")),
                home.resolve("registries"),
                Optional.empty());
    }

    static OciImage busybox(String name) throws IOException {
        var files = new java.util.ArrayList<OciImage.Entry>();
        files.add(new OciImage.Entry.File(
                "bin/busybox",
                0755,
                Files.readAllBytes(Processes.find("busybox").orElseThrow())));
        for (String applet : List.of("sh", "sleep", "echo", "cat"))
            files.add(new OciImage.Entry.Link("bin/" + applet, "busybox"));
        return OciImage.of(name, OciImage.hostArchitecture(), files, List.of());
    }
}
