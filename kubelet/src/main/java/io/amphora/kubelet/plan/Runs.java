package io.amphora.kubelet.plan;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.api.core.v1.Pod;
import io.amphora.runtime.Container.State;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Which runs of a container count for what.
final class Runs {
    /// What is said of a container of which the runtime has no trace although it ran.
    static final String LOST = "ContainerStatusUnknown";

    private Runs() {}

    /// The newest run in the sandbox that counts.
    static Optional<Run> current(Observed seen, String container) {
        var sandbox = seen.newestSandbox().map(one -> one.sandbox().id()).orElse("");
        return seen.newest(container).filter(run -> run.sandboxId().equals(sandbox));
    }

    /// The newest run anywhere. A container that may run only once and is lost (the machine was set up anew)
    /// counts as
    /// killed.
    static Optional<Run> last(Pod pod, Observed seen, Container container) {
        return seen.newest(container.name()).or(() -> lost(pod, container));
    }

    private static Optional<Run> lost(Pod pod, Container container) {
        boolean once = (container.restartPolicy().isEmpty() ? pod.spec().restartPolicy() : container.restartPolicy())
                .equals("Never");
        return published(pod, container.name())
                .filter(status -> once && !status.containerID().isEmpty())
                .map(status -> {
                    var ended = status.state().terminated();
                    boolean known = status.state().findTerminated().isPresent();
                    return new Run(
                            status.containerID().replaceFirst("^.*://", ""),
                            "",
                            container.name(),
                            status.restartCount(),
                            State.EXITED,
                            ended.findStartedAt().orElse(java.time.Instant.EPOCH),
                            ended.findStartedAt(),
                            ended.findFinishedAt(),
                            known ? ended.exitCode() : 137,
                            known ? ended.reason() : LOST,
                            known ? ended.message() : "The container could not be located when the pod was terminated",
                            status.image(),
                            status.imageID(),
                            "",
                            Map.of());
                });
    }

    /// What the API holds of a container.
    static Optional<ContainerStatus> published(Pod pod, String container) {
        return Stream.concat(pod.status().initContainerStatuses().stream(), pod.status().containerStatuses().stream())
                .filter(status -> status.name().equals(container))
                .findFirst();
    }

    /// Whether the init containers are behind us in this sandbox: a container that follows them has been made.
    static boolean isInitialized(Pod pod, Observed seen) {
        if (pod.spec().containers().stream()
                .anyMatch(one -> current(seen, one.name()).isPresent())) return true;
        for (var init : pod.spec().initContainers()) {
            var run = current(seen, init.name());
            if (run.isEmpty()) return false;
            boolean past = Containers.isSidecar(init)
                    ? run.get().isRunning() && seen.probe(run.get()).started()
                    : run.get().hasExited() && run.get().exitCode() == 0;
            if (!past) return false;
        }
        return true;
    }
}
