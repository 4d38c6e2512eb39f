package io.amphora.runtime.testing;

import io.amphora.machinery.time.Clock;
import io.amphora.runtime.Container;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.ContainerRuntimeException;
import io.amphora.runtime.ContainerRuntimeException.Code;
import io.amphora.runtime.Image;
import io.amphora.runtime.ImageReference;
import io.amphora.runtime.Sandbox;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// A runtime in memory: containers run until a test ends them, images are there when a test says so. What was
/// asked of
/// it can be
/// read back from [#calls].
public final class FakeRuntime implements ContainerRuntime {
    private final Clock clock;
    private final Map<String, Sandbox.Status> sandboxes = new LinkedHashMap<>();
    private final Map<String, Container.Status> containers = new LinkedHashMap<>();
    private final Map<String, Container.Config> configs = new LinkedHashMap<>();
    private final Map<String, Image> images = new LinkedHashMap<>();
    private final Map<String, String> registry = new LinkedHashMap<>();
    private final List<Consumer<ContainerEvent>> listeners = new CopyOnWriteArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private BiFunction<String, List<String>, ExecResult> exec =
            (container, command) -> new ExecResult(0, new byte[0], new byte[0]);
    private Duration stopsAfter = Duration.ZERO;
    private volatile Consumer<String> whilePulling = name -> {};
    private int next = 1;

    public FakeRuntime(Clock clock) {
        this.clock = clock;
    }

    /// Puts an image onto the node.
    public synchronized FakeRuntime image(String name) {
        String full = full(name);
        images.put(full, new Image(id(full), List.of(full), List.of(), 1000, OptionalLong.empty(), ""));
        return this;
    }

    /// Makes an image that can be pulled.
    public synchronized FakeRuntime inRegistry(String name) {
        registry.put(full(name), "");
        return this;
    }

    /// Makes pulls of an image fail with a message.
    public synchronized FakeRuntime failingPull(String name, String message) {
        registry.put(full(name), message);
        return this;
    }

    /// What happens while an image is pulled: waiting, say.
    public FakeRuntime whilePulling(Consumer<String> told) {
        whilePulling = told;
        return this;
    }

    /// Answers commands run in containers, by the container's name.
    public synchronized FakeRuntime exec(BiFunction<String, List<String>, ExecResult> answer) {
        exec = answer;
        return this;
    }

    /// How much of its grace a stopped container takes before it ends; more than the grace means that it is
    /// killed.
    public synchronized FakeRuntime stopsAfter(Duration time) {
        stopsAfter = time;
        return this;
    }

    public static ExecResult result(int exitCode, String output) {
        return new ExecResult(exitCode, output.getBytes(StandardCharsets.UTF_8), new byte[0]);
    }

    /// Ends the running container of this name, as if its process had exited.
    public void exit(String name, int exitCode) {
        exit(name, exitCode, exitCode == 0 ? "Completed" : "Error");
    }

    public void exit(String name, int exitCode, String reason) {
        String id;
        synchronized (this) {
            id = running(name)
                    .orElseThrow(() -> new IllegalStateException("no running container " + name))
                    .container()
                    .id();
            end(id, exitCode, reason);
        }
        tell(id, ContainerEvent.Type.STOPPED);
    }

    /// Ends a sandbox as a crash of its pause process would.
    public synchronized void crashSandbox(String podName) {
        sandboxes.replaceAll(
                (id, status) -> status.sandbox().metadata().name().equals(podName) ? notReady(status) : status);
    }

    /// The newest container of this name that runs.
    public synchronized Optional<Container.Status> running(String name) {
        return containers.values().stream()
                .filter(one ->
                        one.container().name().equals(name) && one.container().state() == Container.State.RUNNING)
                .reduce((older, newer) -> newer);
    }

    /// What the newest container of this name was made from.
    public synchronized Optional<Container.Config> config(String name) {
        return configs.values().stream().filter(one -> one.name().equals(name)).reduce((older, newer) -> newer);
    }

    /// What was asked of this runtime so far: `run sandbox web`, `create app 0`, `start app 0`, `stop app 0
    /// 30s`, `pull
    /// busybox`, …
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    @Override
    public Version version() {
        return new Version("fake", "1.0.0", "v1");
    }

    @Override
    public List<Condition> conditions() {
        return List.of(new Condition("RuntimeReady", true, "", ""), new Condition("NetworkReady", true, "", ""));
    }

    @Override
    public synchronized String runSandbox(Sandbox.Config config) {
        calls.add("run sandbox " + config.metadata().name());
        String id = "sandbox" + next++;
        var sandbox = new Sandbox(id, config.metadata(), true, clock.now(), config.labels(), config.annotations());
        boolean ownNetwork = config.security().namespaces().network() != Sandbox.Namespaces.Scope.NODE;
        sandboxes.put(
                id, new Sandbox.Status(sandbox, ownNetwork ? List.of("10.244.0." + (1 + next % 250)) : List.of()));
        return id;
    }

    @Override
    public void stopSandbox(String id) {
        List<String> ended = new ArrayList<>();
        synchronized (this) {
            var status = sandboxes.get(id);
            if (status == null) return;
            calls.add("stop sandbox " + status.sandbox().metadata().name());
            sandboxes.put(id, notReady(status));
            for (var one : List.copyOf(containers.values()))
                if (one.container().sandboxId().equals(id) && one.container().state() == Container.State.RUNNING) {
                    end(one.container().id(), 137, "Error");
                    ended.add(one.container().id());
                }
        }
        ended.forEach(one -> tell(one, ContainerEvent.Type.STOPPED));
    }

    @Override
    public synchronized void removeSandbox(String id) {
        var status = sandboxes.remove(id);
        if (status == null) return;
        calls.add("remove sandbox " + status.sandbox().metadata().name());
        containers.values().removeIf(one -> one.container().sandboxId().equals(id));
    }

    @Override
    public synchronized List<Sandbox> sandboxes(Map<String, String> labels) {
        return sandboxes.values().stream()
                .map(Sandbox.Status::sandbox)
                .filter(one -> one.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    @Override
    public synchronized Optional<Sandbox.Status> findSandbox(String id) {
        return Optional.ofNullable(sandboxes.get(id));
    }

    @Override
    public synchronized String createContainer(String sandbox, Container.Config config, Sandbox.Config sandboxConfig) {
        calls.add("create " + config.name() + " " + config.attempt());
        if (!sandboxes.containsKey(sandbox)) throw notFound("sandbox " + sandbox);
        var image = Optional.ofNullable(images.get(full(config.image())))
                .or(() -> images.values().stream()
                        .filter(one -> one.id().equals(config.image()))
                        .findFirst())
                .orElseThrow(() -> notFound("image " + config.image()));
        String id = "container" + next++;
        configs.put(id, config);
        var container = new Container(
                id,
                sandbox,
                config.name(),
                config.attempt(),
                Container.State.CREATED,
                clock.now(),
                config.labels(),
                config.annotations());
        containers.put(
                id,
                new Container.Status(
                        container,
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        config.image(),
                        image.id(),
                        "",
                        "",
                        config.logPath()));
        return id;
    }

    @Override
    public void startContainer(String id) {
        synchronized (this) {
            var status = require(id);
            calls.add("start " + status.container().name() + " "
                    + status.container().attempt());
            containers.put(
                    id, changed(status, Container.State.RUNNING, Optional.of(clock.now()), Optional.empty(), 0, ""));
        }
        tell(id, ContainerEvent.Type.STARTED);
    }

    @Override
    public void stopContainer(String id, Duration grace) {
        Duration takes;
        synchronized (this) {
            var status = containers.get(id);
            if (status == null || status.container().state() != Container.State.RUNNING) return;
            calls.add("stop " + status.container().name() + " "
                    + status.container().attempt() + " " + grace.toSeconds() + "s");
            takes = stopsAfter;
        }
        boolean killed = takes.compareTo(grace) > 0;
        var waited = killed ? grace : takes;
        try {
            if (!waited.isZero()) clock.sleep(waited);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerRuntimeException(Code.OTHER, "interrupted", e);
        }
        synchronized (this) {
            var status = containers.get(id);
            if (status == null || status.container().state() != Container.State.RUNNING) return;
            end(id, killed ? 137 : 143, "Error");
        }
        tell(id, ContainerEvent.Type.STOPPED);
    }

    @Override
    public synchronized void removeContainer(String id) {
        var status = containers.remove(id);
        if (status != null)
            calls.add("remove " + status.container().name() + " "
                    + status.container().attempt());
    }

    @Override
    public synchronized List<Container> containers(Map<String, String> labels) {
        return containers.values().stream()
                .map(Container.Status::container)
                .filter(one -> one.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    @Override
    public synchronized Optional<Container.Status> findContainer(String id) {
        return Optional.ofNullable(containers.get(id));
    }

    @Override
    public synchronized void updateResources(String id, Container.Resources resources) {
        calls.add("update " + require(id).container().name());
    }

    @Override
    public synchronized void reopenLog(String id) {
        calls.add("reopen log " + require(id).container().name());
    }

    @Override
    public ExecResult exec(String id, List<String> command, Duration timeout) {
        BiFunction<String, List<String>, ExecResult> answer;
        String name;
        synchronized (this) {
            name = require(id).container().name();
            calls.add("exec " + name + " " + String.join(" ", command));
            answer = exec;
        }
        return answer.apply(name, command);
    }

    @Override
    public String execUrl(String id, List<String> command, Streams streams) {
        throw new ContainerRuntimeException(Code.UNIMPLEMENTED, "the fake runtime streams nothing");
    }

    @Override
    public String attachUrl(String id, Streams streams) {
        throw new ContainerRuntimeException(Code.UNIMPLEMENTED, "the fake runtime streams nothing");
    }

    @Override
    public String portForwardUrl(String sandbox, List<Integer> ports) {
        throw new ContainerRuntimeException(Code.UNIMPLEMENTED, "the fake runtime streams nothing");
    }

    @Override
    public synchronized List<Image> images() {
        return List.copyOf(images.values());
    }

    @Override
    public synchronized Optional<Image> findImage(String name) {
        return Optional.ofNullable(images.get(full(name)));
    }

    @Override
    public String pullImage(String name, Credentials credentials, Consumer<PullProgress> progress) {
        whilePulling.accept(name);
        return pulled(name);
    }

    private synchronized String pulled(String name) {
        calls.add("pull " + name);
        String message = registry.get(full(name));
        if (message == null) throw notFound("failed to pull and unpack image \"" + full(name) + "\": not found");
        if (!message.isEmpty()) throw new ContainerRuntimeException(Code.OTHER, message);
        image(name);
        return id(full(name));
    }

    @Override
    public synchronized void removeImage(String name) {
        calls.add("remove image " + name);
        images.values()
                .removeIf(image -> image.id().equals(name) || image.tags().contains(full(name)));
    }

    @Override
    public List<FilesystemUsage> imageFilesystems() {
        return List.of(new FilesystemUsage("/", 0, 0));
    }

    @Override
    public List<ContainerStats> stats() {
        return List.of();
    }

    @Override
    public Subscription events(Consumer<ContainerEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {}

    private void tell(String id, ContainerEvent.Type type) {
        listeners.forEach(listener -> listener.accept(new ContainerEvent(id, type)));
    }

    private void end(String id, int exitCode, String reason) {
        var status = require(id);
        containers.put(
                id,
                changed(
                        status,
                        Container.State.EXITED,
                        status.startedAt(),
                        Optional.of(clock.now()),
                        exitCode,
                        reason));
    }

    private Container.Status require(String id) {
        var status = containers.get(id);
        if (status == null) throw notFound("container " + id);
        return status;
    }

    private static Container.Status changed(
            Container.Status status,
            Container.State state,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt,
            int exitCode,
            String reason) {
        var was = status.container();
        var container = new Container(
                was.id(),
                was.sandboxId(),
                was.name(),
                was.attempt(),
                state,
                was.createdAt(),
                was.labels(),
                was.annotations());
        return new Container.Status(
                container,
                startedAt,
                finishedAt,
                exitCode,
                status.image(),
                status.imageRef(),
                reason,
                "",
                status.logPath());
    }

    private static Sandbox.Status notReady(Sandbox.Status status) {
        var was = status.sandbox();
        return new Sandbox.Status(
                new Sandbox(was.id(), was.metadata(), false, was.createdAt(), was.labels(), was.annotations()),
                List.of());
    }

    private static ContainerRuntimeException notFound(String what) {
        return new ContainerRuntimeException(Code.NOT_FOUND, what + ": not found");
    }

    private static String full(String name) {
        return ImageReference.parse(name).map(ImageReference::toString).orElse(name);
    }

    private static String id(String full) {
        return "sha256:" + Integer.toHexString(full.hashCode());
    }
}
