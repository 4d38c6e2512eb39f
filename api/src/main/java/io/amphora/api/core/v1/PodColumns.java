package io.amphora.api.core.v1;

import io.amphora.api.Columns;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A Pod in a table. The status column is no field: it tells the most telling thing about the Pod and its
/// containers.
final class PodColumns {
    private static final String NONE = "<none>";

    static final Columns<Pod> COLUMNS = Columns.<Pod>builder()
            .name()
            .text(
                    "Ready",
                    "How many of the containers are ready.",
                    pod -> Summary.of(pod).readyCell())
            .text("Status", "What the Pod does, or why it does not.", pod -> Summary.of(pod).reason)
            .add(
                    new Columns.Column(
                            "Restarts", "string", "", "How often containers were restarted, and when last.", 0),
                    (pod, now) -> Summary.of(pod).restartsCell(now))
            .age()
            .wide("IP", "Where the Pod is reached inside the cluster.", PodColumns::address)
            .wide("Node", "Where the Pod runs.", pod -> orNone(pod.spec().nodeName()))
            .wide(
                    "Nominated Node",
                    "Where room is being made for the Pod.",
                    pod -> orNone(pod.status().nominatedNodeName()))
            .wide("Readiness Gates", "How many conditions of others' are met.", PodColumns::readinessGates)
            .conditions(PodColumns::conditions)
            .build();

    private PodColumns() {}

    private static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    private static String address(Pod pod) {
        var addresses = pod.status().podIPs();
        return orNone(
                addresses.isEmpty()
                        ? pod.status().podIP()
                        : addresses.getFirst().ip());
    }

    private static String readinessGates(Pod pod) {
        var gates = pod.spec().readinessGates();
        if (gates.isEmpty()) return NONE;
        long met =
                gates.stream().filter(gate -> isTrue(pod, gate.conditionType())).count();
        return met + "/" + gates.size();
    }

    private static boolean isTrue(Pod pod, String type) {
        for (PodCondition condition : pod.status().conditions())
            if (condition.type().equals(type)) return condition.status().equals("True");
        return false;
    }

    private static ListTree conditions(Pod pod) {
        return switch (pod.status().phase()) {
            case "Succeeded" -> completed("Succeeded", "The pod has completed successfully.");
            case "Failed" -> completed("Failed", "The pod failed.");
            default -> ListTree.EMPTY;
        };
    }

    private static ListTree completed(String reason, String message) {
        return ListTree.of(ObjectTree.of("type", "Completed", "status", "True", "reason", reason, "message", message));
    }

    /// What one pass over the containers finds.
    private static final class Summary {
        private final Pod pod;
        private String reason;
        private int total;
        private int ready;
        private int restarts;
        private @Nullable Instant lastRestart;
        private int sidecarRestarts;
        private @Nullable Instant lastSidecarRestart;

        private Summary(Pod pod) {
            this.pod = pod;
            this.reason = orElse(pod.status().reason(), pod.status().phase());
        }

        static Summary of(Pod pod) {
            var summary = new Summary(pod);
            summary.gates();
            boolean initializing = summary.initContainers();
            if (!initializing || isTrue(pod, "Initialized")) summary.containers();
            summary.deletion();
            return summary;
        }

        private void gates() {
            for (PodCondition condition : pod.status().conditions())
                if (condition.type().equals("PodScheduled")
                        && condition.reason().equals("SchedulingGated")) reason = "SchedulingGated";
        }

        /// Whether an init container still keeps the others from starting.
        private boolean initContainers() {
            Set<String> sidecars = new HashSet<>();
            total = pod.spec().containers().size();
            for (Container container : pod.spec().initContainers())
                if (PodResources.isSidecar(container)) sidecars.add(container.name());
            total += sidecars.size();
            var statuses = pod.status().initContainerStatuses();
            for (int i = 0; i < statuses.size(); i++) {
                ContainerStatus status = statuses.get(i);
                boolean sidecar = sidecars.contains(status.name());
                count(status, sidecar);
                if (status.state().findTerminated().isPresent()
                        && status.state().terminated().exitCode() == 0) continue;
                if (sidecar && status.started()) {
                    if (status.ready()) ready++;
                    continue;
                }
                reason = "Init:" + initReason(status, i);
                return true;
            }
            return false;
        }

        private String initReason(ContainerStatus status, int index) {
            if (status.state().findTerminated().isPresent())
                return ended(status.state().terminated());
            String waiting = status.state().waiting().reason();
            if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) return waiting;
            return index + "/" + pod.spec().initContainers().size();
        }

        private void containers() {
            restarts = sidecarRestarts;
            lastRestart = lastSidecarRestart;
            boolean running = false;
            for (ContainerStatus status : pod.status().containerStatuses().reversed()) {
                count(status, false);
                ContainerState state = status.state();
                if (!state.waiting().reason().isEmpty())
                    reason = state.waiting().reason();
                else if (state.findTerminated().isPresent()) reason = ended(state.terminated());
                else if (status.ready() && state.findRunning().isPresent()) {
                    running = true;
                    ready++;
                }
            }
            if (reason.equals("Completed") && running) reason = isTrue(pod, "Ready") ? "Running" : "NotReady";
        }

        private void deletion() {
            if (pod.metadata().findDeletionTimestamp().isEmpty()) return;
            String phase = pod.status().phase();
            if (pod.status().reason().equals("NodeLost")) reason = "Unknown";
            else if (!phase.equals("Failed") && !phase.equals("Succeeded")) reason = "Terminating";
        }

        private void count(ContainerStatus status, boolean sidecar) {
            Instant ended = status.lastState().terminated().findFinishedAt().orElse(null);
            restarts += status.restartCount();
            lastRestart = later(lastRestart, ended);
            if (!sidecar) return;
            sidecarRestarts += status.restartCount();
            lastSidecarRestart = later(lastSidecarRestart, ended);
        }

        private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
            return other == null || one != null && one.isAfter(other) ? one : other;
        }

        private static String ended(ContainerStateTerminated terminated) {
            if (!terminated.reason().isEmpty()) return terminated.reason();
            return terminated.signal() != 0 ? "Signal:" + terminated.signal() : "ExitCode:" + terminated.exitCode();
        }

        private static String orElse(String text, String otherwise) {
            return text.isEmpty() ? otherwise : text;
        }

        String readyCell() {
            return ready + "/" + total;
        }

        String restartsCell(Instant now) {
            return restarts == 0 || lastRestart == null
                    ? Integer.toString(restarts)
                    : restarts + " (" + Columns.since(lastRestart, now) + " ago)";
        }
    }
}
