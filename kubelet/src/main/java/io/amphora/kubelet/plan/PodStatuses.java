package io.amphora.kubelet.plan;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.ContainerState;
import io.amphora.api.core.v1.ContainerStateRunning;
import io.amphora.api.core.v1.ContainerStateTerminated;
import io.amphora.api.core.v1.ContainerStateWaiting;
import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.api.core.v1.HostIP;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodIP;
import io.amphora.api.core.v1.PodStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// What the API is told of a Pod: a pure function of the Pod and of what is seen.
public final class PodStatuses {
    private final Pod pod;
    private final Observed seen;
    private final List<String> hostIps;
    private final Backoff.Policy backoff;
    private final Instant now;

    private PodStatuses(Pod pod, Observed seen, List<String> hostIps, Backoff.Policy backoff, Instant now) {
        this.pod = pod;
        this.seen = seen;
        this.hostIps = hostIps;
        this.backoff = backoff;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
    }

    /// The whole status, on top of what others (the scheduler, readiness gates) wrote into the one that the API
    /// holds.
    public static PodStatus of(Pod pod, Observed seen, List<String> hostIps, Backoff.Policy backoff, Instant now) {
        return new PodStatuses(pod, seen, hostIps, backoff, now).make();
    }

    /// Of a Pod that the node did not take: nothing of it ever ran here.
    ///
    /// @param reason such as `OutOfcpu`
    public static PodStatus rejected(Pod pod, String reason, String message, Instant now) {
        var status = pod.status();
        return status.withObservedGeneration(pod.metadata().generation())
                .withQosClass(qosClass(pod))
                .withStartTime(status.findStartTime().orElse(now.truncatedTo(ChronoUnit.SECONDS)))
                .withPhase("Failed")
                .withReason(reason)
                .withMessage("Pod was rejected: " + message);
    }

    private static String qosClass(Pod pod) {
        String known = pod.status().qosClass();
        return known.isEmpty() ? Qos.of(pod).wire() : known;
    }

    private PodStatus make() {
        var inits = pod.spec().initContainers().stream()
                .map(one -> status(one, true))
                .toList();
        var containers =
                pod.spec().containers().stream().map(one -> status(one, false)).toList();
        var ephemeral = Containers.ephemeral(pod).stream()
                .map(one -> status(one, false))
                .toList();
        var status = pod.status()
                .withObservedGeneration(pod.metadata().generation())
                .withQosClass(qosClass(pod))
                .withStartTime(pod.status().findStartTime().orElse(now))
                .withContainerStatuses(containers);
        if (!inits.isEmpty()) status = status.withInitContainerStatuses(inits);
        if (!ephemeral.isEmpty()) status = status.withEphemeralContainerStatuses(ephemeral);
        status = withAddresses(status).withPhase(phase(inits, containers));
        var ending = seen.ending().filter(one -> !one.reason().isEmpty());
        if (ending.isPresent())
            status = status.withReason(ending.get().reason())
                    .withMessage(ending.get().message());
        return status.withConditions(new PodConditions(pod, status, seen, now).all());
    }

    private String phase(List<ContainerStatus> inits, List<ContainerStatus> containers) {
        String before = pod.status().phase();
        if (before.equals("Succeeded") || before.equals("Failed")) return before;
        if (seen.ending().isEmpty()) return PodPhase.of(pod, inits, containers, false);
        boolean runs =
                containers.stream().anyMatch(one -> one.state().findRunning().isPresent());
        if (runs) return before.isEmpty() ? "Running" : before;
        if (!seen.ending().get().reason().isEmpty()) return "Failed";
        return PodPhase.of(pod, inits, containers, true);
    }

    private PodStatus withAddresses(PodStatus status) {
        if (!hostIps.isEmpty())
            status = status.withHostIP(hostIps.getFirst())
                    .withHostIPs(
                            hostIps.stream().map(ip -> HostIP.EMPTY.withIp(ip)).toList());
        List<String> ips = pod.spec().hostNetwork()
                ? hostIps
                : seen.readySandbox().map(one -> one.ips()).orElse(List.of());
        if (ips.isEmpty()) return status;
        return status.withPodIP(ips.getFirst())
                .withPodIPs(ips.stream().map(ip -> PodIP.EMPTY.withIp(ip)).toList());
    }

    private ContainerStatus status(Container container, boolean init) {
        var current = Runs.current(seen, container.name());
        var newest = Runs.last(pod, seen, container);
        var published = Runs.published(pod, container.name());
        var status = ContainerStatus.EMPTY
                .withName(container.name())
                .withImage(container.image())
                .withImageID("")
                .withRestartCount(published.map(ContainerStatus::restartCount).orElse(0))
                .withReady(false)
                .withStarted(false)
                .withState(ContainerState.EMPTY)
                .withLastState(published.map(ContainerStatus::lastState).orElse(ContainerState.EMPTY));
        if (newest.isEmpty()) return published.filter(this::isFinal).orElse(status.withState(waiting(container)));
        var run = newest.get();
        status = status.withImage(nameOf(container, run))
                .withImageID(run.imageRef())
                .withContainerID("containerd://" + run.id())
                .withRestartCount(run.attempt());
        var before = previous(run);
        if (before.isPresent()) status = status.withLastState(terminated(before.get()));
        boolean stays = current.isPresent() || !willRunAgain(container, init, run);
        status = stays ? withState(status, container, init, run) : status;
        if (!stays) status = status.withLastState(terminated(run)).withState(waiting(container));
        return withResources(status, container);
    }

    /// What the API holds of a container stays when the Pod has ended and the container was removed.
    private boolean isFinal(ContainerStatus published) {
        return seen.ending().isPresent() && published.state().findTerminated().isPresent();
    }

    private ContainerStatus withState(ContainerStatus status, Container container, boolean init, Run run) {
        var probe = seen.probe(run);
        return switch (run.state()) {
            case RUNNING ->
                status.withState(ContainerState.EMPTY.withRunning(ContainerStateRunning.EMPTY.withStartedAt(
                                seconds(run.startedAt().orElse(run.createdAt())))))
                        .withStarted(probe.started())
                        .withReady(probe.started() && probe.ready() && (!init || Containers.isSidecar(container)));
            case EXITED -> {
                if (isToRestart(container, init, run))
                    yield status.withLastState(terminated(run)).withState(waitingToRestart(container, run));
                var ended = status.withState(terminated(run));
                yield init && !Containers.isSidecar(container) ? ended.withReady(run.exitCode() == 0) : ended;
            }
            case CREATED, UNKNOWN -> status.withState(waiting(container));
        };
    }

    private boolean isToRestart(Container container, boolean init, Run run) {
        return seen.ending().isEmpty() && willRunAgain(container, init, run);
    }

    private boolean willRunAgain(Container container, boolean init, Run run) {
        if (seen.ending().isPresent()) return false;
        if (init && !Containers.isSidecar(container) && Runs.isInitialized(pod, seen)) return false;
        boolean ephemeral =
                Containers.ephemeral(pod).stream().anyMatch(one -> one.name().equals(container.name()));
        return !ephemeral && Containers.restarts(pod, container, init, run.exitCode());
    }

    private ContainerState waitingToRestart(Container container, Run run) {
        var trouble = Optional.ofNullable(seen.troubles().get(container.name()));
        if (trouble.isPresent())
            return waiting(trouble.get().reason(), trouble.get().message());
        var held = Optional.ofNullable(seen.backoffs().get(container.name()));
        var until = Backoff.waitsUntil(held, run.finishedAt().orElse(run.createdAt()), backoff);
        if (until.isEmpty() || seen.starting().contains(container.name())) return terminated(run);
        return waiting(
                "CrashLoopBackOff",
                "back-off %s restarting failed container=%s pod=%s"
                        .formatted(text(held.orElseThrow()), container.name(), Containers.describe(pod)));
    }

    private ContainerState waiting(Container container) {
        var trouble = seen.troubles().get(container.name());
        if (trouble != null) return waiting(trouble.reason(), trouble.message());
        return waiting(pod.spec().initContainers().isEmpty() ? "ContainerCreating" : "PodInitializing", "");
    }

    private static ContainerState waiting(String reason, String message) {
        var waiting = ContainerStateWaiting.EMPTY.withReason(reason);
        return ContainerState.EMPTY.withWaiting(message.isEmpty() ? waiting : waiting.withMessage(message));
    }

    private Optional<Run> previous(Run run) {
        return seen.runs().stream()
                .filter(one ->
                        one.name().equals(run.name()) && !one.id().equals(run.id()) && one.attempt() < run.attempt())
                .findFirst()
                .filter(Run::hasExited);
    }

    private static ContainerState terminated(Run run) {
        var state = ContainerStateTerminated.EMPTY
                .withExitCode(run.exitCode())
                .withReason(run.reason().isEmpty() ? run.exitCode() == 0 ? "Completed" : "Error" : run.reason())
                .withContainerID("containerd://" + run.id());
        if (!run.message().isEmpty()) state = state.withMessage(run.message());
        if (run.startedAt().isPresent())
            state = state.withStartedAt(seconds(run.startedAt().get()));
        if (run.finishedAt().isPresent())
            state = state.withFinishedAt(seconds(run.finishedAt().get()));
        return ContainerState.EMPTY.withTerminated(state);
    }

    /// The image's own full name where the runtime knows it, not its id.
    private static String nameOf(Container container, Run run) {
        boolean named = !run.image().isEmpty() && !run.image().startsWith("sha256:");
        return named ? run.image() : container.image();
    }

    private static ContainerStatus withResources(ContainerStatus status, Container container) {
        var resources = container.resources();
        if (resources.tree().isEmpty() || status.state().findRunning().isEmpty()) return status;
        var changed = status.withResources(resources);
        return resources.requests().isEmpty() ? changed : changed.withAllocatedResources(resources.requests());
    }

    /// Go's way to write a duration of whole seconds: `10s`, `1m20s`, `5m0s`.
    private static String text(Backoff held) {
        long seconds = held.length().toSeconds();
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }
}
