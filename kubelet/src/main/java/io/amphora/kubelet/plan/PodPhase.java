package io.amphora.kubelet.plan;

import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.api.core.v1.Pod;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The one word for where a Pod stands.
public final class PodPhase {
    private PodPhase() {}

    /// Whether the Pod has ended for good.
    public static boolean isFinal(Pod pod) {
        String phase = pod.status().phase();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /// @param ended the Pod has ended: its containers will not run again whatever its policy
    static String of(Pod pod, List<ContainerStatus> inits, List<ContainerStatus> containers, boolean ended) {
        var byName = inits.stream().collect(Collectors.toMap(ContainerStatus::name, Function.identity(), (a, b) -> a));
        boolean initializing = false;
        boolean failed = false;
        for (var init : pod.spec().initContainers()) {
            var status = byName.getOrDefault(init.name(), ContainerStatus.EMPTY);
            if (Containers.isSidecar(init)) {
                initializing |=
                        !status.started() && status.state().findTerminated().isEmpty();
                continue;
            }
            var terminated = status.state().findTerminated();
            if (terminated.isEmpty()) initializing = true;
            else if (terminated.get().exitCode() != 0) {
                initializing = true;
                failed |= !Containers.restarts(pod, init, true, terminated.get().exitCode());
            }
        }
        if (failed) return "Failed";
        return ofContainers(pod, containers, initializing, ended);
    }

    private static String ofContainers(Pod pod, List<ContainerStatus> statuses, boolean initializing, boolean ended) {
        int waiting = 0;
        int running = 0;
        int stopped = 0;
        int succeeded = 0;
        boolean restarts = false;
        Map<String, ContainerStatus> byName =
                statuses.stream().collect(Collectors.toMap(ContainerStatus::name, Function.identity(), (a, b) -> a));
        for (var container : pod.spec().containers()) {
            var status = byName.getOrDefault(container.name(), ContainerStatus.EMPTY);
            if (status.state().findRunning().isPresent()) running++;
            else if (status.state().findTerminated().isPresent()) {
                stopped++;
                int exitCode = status.state().terminated().exitCode();
                if (exitCode == 0) succeeded++;
                restarts |= Containers.restarts(pod, container, false, exitCode);
            } else if (status.lastState().findTerminated().isPresent()) {
                stopped++;
                restarts = true;
            } else waiting++;
        }
        boolean begun = running > 0 || stopped > 0;
        if (initializing && !begun) return ended ? "Failed" : "Pending";
        if (waiting > 0) return ended ? "Failed" : "Pending";
        if (running > 0) return "Running";
        if (restarts && !ended) return "Running";
        return stopped == succeeded ? "Succeeded" : "Failed";
    }
}
