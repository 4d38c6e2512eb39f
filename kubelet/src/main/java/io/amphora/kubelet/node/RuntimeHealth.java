package io.amphora.kubelet.node;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.ContainerRuntimeException;
import io.amphora.runtime.Image;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// What the container runtime says of itself. One that does not answer for a moment is being started again, and its
/// containers run on: the node stays ready for as long as Kubernetes' kubelet waits.
final class RuntimeHealth {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Clock clock;
    private Answer last;
    private Deadline patience;

    /// @param problem why no containers can run; "" when they can
    record Answer(ContainerRuntime.Version version, List<Image> images, String problem) {}

    RuntimeHealth(Clock clock) {
        this.clock = clock;
        this.patience = clock.deadline(Duration.ZERO);
        this.last = new Answer(new ContainerRuntime.Version("containerd", "", ""), List.of(), "");
    }

    Answer look(ContainerRuntime runtime) {
        return look(() -> new Answer(runtime.version(), runtime.images(), NodeStatuses.problem(runtime.conditions())));
    }

    Answer look(Supplier<Answer> ask) {
        try {
            last = ask.get();
            patience = clock.deadline(PATIENCE);
            return last;
        } catch (ContainerRuntimeException failure) {
            if (!patience.isOver()) return last;
            return new Answer(last.version(), last.images(), "container runtime is down: " + failure.getMessage());
        }
    }
}
