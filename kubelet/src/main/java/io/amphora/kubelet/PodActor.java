package io.amphora.kubelet;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.node.v1.RuntimeClass;
import io.amphora.api.node.v1.RuntimeClasses;
import io.amphora.kubelet.container.CgroupValues;
import io.amphora.kubelet.container.ConfigError;
import io.amphora.kubelet.container.Environment;
import io.amphora.kubelet.container.HostsFile;
import io.amphora.kubelet.container.RuntimeConfigs;
import io.amphora.kubelet.container.Surroundings;
import io.amphora.kubelet.container.Unsupported;
import io.amphora.kubelet.image.ImagePuller;
import io.amphora.kubelet.image.PullSecrets;
import io.amphora.kubelet.log.LogFiles;
import io.amphora.kubelet.plan.Containers;
import io.amphora.kubelet.plan.Run;
import io.amphora.kubelet.volume.VolumeException;
import io.amphora.runtime.Container.Mount;
import io.amphora.runtime.ContainerRuntimeException;
import io.amphora.runtime.FileTrees;
import io.amphora.runtime.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out what a plan asks for one Pod. Every method blocks until it is done; what does not come off is a
/// [Failed].
final class PodActor {
    private static final Logger LOG = LoggerFactory.getLogger(PodActor.class);

    /// A container has at least so long between TERM and KILL, even when its hook has used up the grace.
    private static final Duration LEAST_GRACE = Duration.ofSeconds(2);

    /// There where the kernel enforces labels.
    private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");

    private final NodeParts node;
    private final PodEvents events;
    private final TerminationMessages messages;

    PodActor(NodeParts node, PodEvents events, TerminationMessages messages) {
        this.node = node;
        this.events = events;
        this.messages = messages;
    }

    /// Why an action did not come off, and when to try again if the one that failed knows; else the worker decides.
    static final class Failed extends Exception {
        private final String reason;
        private final Optional<Instant> retryAt;

        Failed(String reason, String message, Optional<Instant> retryAt) {
            super(message);
            this.reason = reason;
            this.retryAt = retryAt;
        }

        String reason() {
            return reason;
        }

        Optional<Instant> retryAt() {
            return retryAt;
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /// Volumes, folders, the cgroup, then the sandbox with its network.
    void runSandbox(Pod pod, int attempt) throws Failed {
        var place = node.place(pod);
        String handler = runtimeHandler(pod);
        try {
            node.volumes().setUp(pod, node.surroundings(List.of()));
        } catch (VolumeException failure) {
            events.pod("Warning", "FailedMount", String.valueOf(failure.getMessage()));
            throw new Failed("ContainerCreating", String.valueOf(failure.getMessage()), Optional.empty());
        }
        try {
            Files.createDirectories(place.logs());
            node.cgroups().create(CgroupValues.parent(place.cgroupRoot(), pod), CgroupValues.of(pod));
            node.runtime()
                    .runSandbox(RuntimeConfigs.sandbox(pod, attempt, place).withRuntimeHandler(handler));
        } catch (IOException | ContainerRuntimeException failure) {
            throw noSandbox("rpc error: code = Unknown desc = " + failure.getMessage());
        }
    }

    /// Refuses what this node cannot do, and asks the Pod's RuntimeClass which runtime is to run it.
    private String runtimeHandler(Pod pod) throws Failed {
        var unsupported = Unsupported.ofSandbox(pod, Files.exists(SELINUX));
        if (unsupported.isPresent()) throw noSandbox(unsupported.get());
        String name = pod.spec().runtimeClassName();
        if (name.isEmpty()) return "";
        try {
            return node.client()
                    .resource(RuntimeClasses.DEFINITION)
                    .find(name)
                    .map(RuntimeClass::handler)
                    .orElseThrow(() -> noSandbox("RuntimeClass \"" + name + "\" not found"));
        } catch (ApiException unreachable) {
            throw noSandbox("RuntimeClass \"" + name + "\": " + unreachable.getMessage());
        }
    }

    private Failed noSandbox(String why) {
        String message = "Failed to create pod sandbox: " + why;
        events.pod("Warning", "FailedCreatePodSandBox", message);
        return new Failed("ContainerCreating", message, Optional.empty());
    }

    void stopSandbox(String id) {
        node.runtime().stopSandbox(id);
    }

    void removeSandbox(String id) {
        node.runtime().removeSandbox(id);
    }

    void remove(Pod pod, Run run) throws IOException {
        node.runtime().removeContainer(run.id());
        Files.deleteIfExists(LogFiles.of(node.config().logs(), pod, run.name(), run.attempt()));
    }

    /// Image, container, start, and the hook after it.
    ///
    /// @param sandbox that counts
    /// @param target the run whose processes an ephemeral container sees; "" for none
    void start(Pod pod, String name, int attempt, Sandbox.Status sandbox, String target)
            throws Failed, InterruptedException {
        var container = Containers.find(pod, name).orElseThrow();
        var ips = pod.spec().hostNetwork() ? node.config().addresses() : sandbox.ips();
        var around = node.surroundings(ips);
        var image = image(pod, container);
        String id = create(pod, container, attempt, sandbox, around, image, target);
        events.container(name, "Normal", "Created", "Container created");
        try {
            node.runtime().startContainer(id);
        } catch (ContainerRuntimeException failure) {
            events.container(name, "Warning", "Failed", "Error: " + failure.getMessage());
            throw new Failed("RunContainerError", String.valueOf(failure.getMessage()), Optional.empty());
        }
        events.container(name, "Normal", "Started", "Container started");
        afterStart(pod, container, id, ips);
    }

    private io.amphora.runtime.Image image(Pod pod, Container container) throws Failed, InterruptedException {
        try {
            var secrets = PullSecrets.of(
                    pod, container.image(), node.objects(), node.config().registryCredentials());
            if (!secrets.missing().isEmpty())
                events.pod(
                        "Warning",
                        "FailedToRetrieveImagePullSecret",
                        ("Unable to retrieve some image pull secrets (%s); attempting to pull the image may not"
                                        + " succeed.")
                                .formatted(String.join(", ", secrets.missing())));
            var outcome = node.images()
                    .ensure(
                            pod.uid(),
                            container.image(),
                            container.imagePullPolicy(),
                            secrets.credentials(),
                            (type, reason, message) -> events.container(container.name(), type, reason, message));
            return switch (outcome) {
                case ImagePuller.Outcome.Present(var image) -> image;
                case ImagePuller.Outcome.Missing(var reason, var message, var retryAt) -> {
                    if (!reason.equals("ErrImagePull"))
                        events.container(container.name(), "Warning", "Failed", "Error: " + reason);
                    throw new Failed(reason, message, Optional.of(retryAt));
                }
            };
        } catch (ApiException | ContainerRuntimeException failure) {
            throw new Failed("ImageInspectError", String.valueOf(failure.getMessage()), Optional.empty());
        }
    }

    private String create(
            Pod pod,
            Container container,
            int attempt,
            Sandbox.Status sandbox,
            Surroundings around,
            io.amphora.runtime.Image image,
            String target)
            throws Failed {
        var place = node.place(pod);
        try {
            var unsupported = Unsupported.ofContainer(container, Files.exists(SELINUX));
            if (unsupported.isPresent()) throw ConfigError.config(unsupported.get());
            var environment = Environment.of(pod, container, around);
            var mounts = new ArrayList<Mount>();
            var places = node.volumes().setUp(pod, around);
            mounts.addAll(node.volumes().mounts(pod, container, places, environment));
            boolean ownHosts =
                    mounts.stream().noneMatch(one -> one.containerPath().equals("/etc/hosts"));
            if (ownHosts) mounts.add(hosts(pod, around));
            mounts.add(messages.prepare(pod, container, attempt));
            Files.createDirectories(place.logs().resolve(container.name()));
            var config = RuntimeConfigs.container(pod, container, attempt, image, environment, mounts, target, place);
            var sandboxConfig =
                    RuntimeConfigs.sandbox(pod, sandbox.sandbox().metadata().attempt(), place);
            return node.runtime().createContainer(sandbox.sandbox().id(), config, sandboxConfig);
        } catch (ConfigError failure) {
            events.container(container.name(), "Warning", "Failed", "Error: " + failure.getMessage());
            throw new Failed(failure.reason(), failure.getMessage(), Optional.empty());
        } catch (VolumeException failure) {
            events.pod("Warning", "FailedMount", String.valueOf(failure.getMessage()));
            throw new Failed("CreateContainerConfigError", String.valueOf(failure.getMessage()), Optional.empty());
        } catch (IOException | ContainerRuntimeException | ApiException failure) {
            events.container(container.name(), "Warning", "Failed", "Error: " + failure.getMessage());
            throw new Failed("CreateContainerError", String.valueOf(failure.getMessage()), Optional.empty());
        }
    }

    private Mount hosts(Pod pod, Surroundings around) throws IOException {
        Path file = node.volumes().podFolder(pod.uid()).resolve("etc-hosts");
        Files.createDirectories(file.getParent());
        String own = pod.spec().hostNetwork() && Files.exists(Path.of("/etc/hosts"))
                ? Files.readString(Path.of("/etc/hosts"))
                : "";
        Files.writeString(file, HostsFile.of(pod, around.podIps(), node.config().clusterDomain(), own));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return new Mount("/etc/hosts", file.toString(), false, Mount.Propagation.PRIVATE);
    }

    private void afterStart(Pod pod, Container container, String id, List<String> ips)
            throws Failed, InterruptedException {
        var hook = container.lifecycle().findPostStart();
        if (hook.isEmpty()) return;
        var answer = node.hooks().run(hook.get(), container, id, first(ips), Duration.ZERO);
        if (answer.ok()) return;
        events.container(container.name(), "Warning", "FailedPostStartHook", "PostStartHook failed");
        events.container(container.name(), "Normal", "Killing", "FailedPostStartHook");
        node.runtime().stopContainer(id, Duration.ofSeconds(pod.spec().terminationGracePeriodSeconds()));
        throw new Failed("PostStartHookError", answer.message(), Optional.empty());
    }

    /// The hook before the stop, TERM, and KILL at the deadline.
    ///
    /// @param hurry a stop goes on already: only its deadline has come nearer
    void stop(Pod pod, Run run, Instant deadline, String why, List<String> ips, boolean hurry)
            throws InterruptedException {
        var container = Containers.find(pod, run.name());
        if (!hurry) {
            events.container(run.name(), "Normal", "Killing", why.isEmpty() ? "Stopping container " + run.name() : why);
            var hook = container.flatMap(one -> one.lifecycle().findPreStop());
            if (hook.isPresent() && run.isRunning()) beforeStop(hook.get(), container.get(), run, deadline, ips);
        }
        var left = Duration.between(node.clock().now(), deadline);
        node.runtime().stopContainer(run.id(), left.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : left);
    }

    private void beforeStop(
            io.amphora.api.core.v1.LifecycleHandler hook,
            Container container,
            Run run,
            Instant deadline,
            List<String> ips)
            throws InterruptedException {
        var left = Duration.between(node.clock().now(), deadline);
        if (!left.isPositive()) return;
        var answer = node.hooks().run(hook, container, run.id(), first(ips), left);
        if (!answer.ok()) events.container(run.name(), "Warning", "FailedPreStopHook", "PreStopHook failed");
    }

    /// Takes away all that the Pod had on this node.
    ///
    /// @param alsoLogs and its containers; else only what a Pod that has ended no longer needs
    void cleanUp(Pod pod, List<Sandbox.Status> sandboxes, boolean alsoLogs) throws IOException {
        node.volumes().tearDown(pod.uid());
        node.cgroups().remove(CgroupValues.parent(node.config().cgroupRoot(), pod));
        if (!alsoLogs) return;
        for (var sandbox : sandboxes)
            node.runtime().removeSandbox(sandbox.sandbox().id());
        FileTrees.delete(LogFiles.folder(node.config().logs(), pod));
        // The class is not known of a Pod that is known by its sandbox alone.
        for (String parent : Stream.of("", "/burstable", "/besteffort").toList())
            node.cgroups().remove(node.config().cgroupRoot() + parent + "/pod" + pod.uid());
        LOG.debug("pod {} is gone from this node", Containers.describe(pod));
    }

    private static String first(List<String> ips) {
        return ips.isEmpty() ? "" : ips.getFirst();
    }
}
