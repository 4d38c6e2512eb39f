package io.amphora.kubelet.plan;

import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodCondition;
import io.amphora.api.core.v1.PodStatus;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The conditions that a node writes: PodReadyToStartContainers, Initialized, Ready, ContainersReady, and
/// PodScheduled
/// where the
/// scheduler has not. Those of others stay as they are.
final class PodConditions {
    private final Pod pod;
    private final PodStatus status;
    private final Observed seen;
    private final Instant now;
    private final Map<String, PodCondition> before;

    /// @param status what the Pod's status will be, but for the conditions
    PodConditions(Pod pod, PodStatus status, Observed seen, Instant now) {
        this.pod = pod;
        this.status = status;
        this.seen = seen;
        this.now = now;
        this.before = pod.status().conditions().stream()
                .collect(Collectors.toMap(PodCondition::type, Function.identity(), (a, b) -> a));
    }

    private record Verdict(boolean holds, String reason, String message) {
        static final Verdict YES = new Verdict(true, "", "");

        static Verdict no(String reason, String message) {
            return new Verdict(false, reason, message);
        }
    }

    List<PodCondition> all() {
        var containersReady = containersReady();
        var own = new ArrayList<PodCondition>();
        boolean network = pod.spec().hostNetwork()
                ? seen.readySandbox().isPresent()
                : seen.readySandbox().filter(one -> !one.ips().isEmpty()).isPresent();
        own.add(condition("PodReadyToStartContainers", network ? Verdict.YES : Verdict.no("", "")));
        own.add(condition("Initialized", initialized()));
        own.add(condition("Ready", ready(containersReady)));
        own.add(condition("ContainersReady", containersReady));
        if (!before.containsKey("PodScheduled")) own.add(condition("PodScheduled", Verdict.YES));
        var names = own.stream().map(PodCondition::type).toList();
        for (var other : pod.status().conditions()) if (!names.contains(other.type())) own.add(other);
        return own;
    }

    private Verdict initialized() {
        if (status.phase().equals("Succeeded")) return new Verdict(true, "PodCompleted", "");
        var incomplete = new ArrayList<String>();
        for (var init : pod.spec().initContainers()) {
            var known = find(status.initContainerStatuses(), init.name());
            boolean done = Containers.isSidecar(init)
                    ? known.started()
                    : known.state().findTerminated().isPresent()
                            && known.state().terminated().exitCode() == 0;
            if (!done) incomplete.add(init.name());
        }
        boolean begun = status.containerStatuses().stream()
                .anyMatch(one -> one.state().findWaiting().isEmpty()
                        || one.lastState().findTerminated().isPresent());
        if (incomplete.isEmpty() || begun && seen.ending().isEmpty()) return Verdict.YES;
        return Verdict.no(
                "ContainersNotInitialized",
                "containers with incomplete status: [" + String.join(" ", incomplete) + "]");
    }

    private Verdict containersReady() {
        if (status.phase().equals("Succeeded")) return Verdict.no("PodCompleted", "");
        if (status.phase().equals("Failed")) return Verdict.no("PodFailed", "");
        var unready = new ArrayList<String>();
        for (var init : pod.spec().initContainers())
            if (Containers.isSidecar(init)
                    && !find(status.initContainerStatuses(), init.name()).ready()) unready.add(init.name());
        for (var container : pod.spec().containers())
            if (!find(status.containerStatuses(), container.name()).ready()) unready.add(container.name());
        if (unready.isEmpty()) return Verdict.YES;
        return Verdict.no("ContainersNotReady", "containers with unready status: [" + String.join(" ", unready) + "]");
    }

    private Verdict ready(Verdict containersReady) {
        if (!containersReady.holds()) return containersReady;
        var unmet = new ArrayList<String>();
        for (var gate : pod.spec().readinessGates()) {
            var condition = before.get(gate.conditionType());
            if (condition == null)
                unmet.add("corresponding condition of pod readiness gate \"" + gate.conditionType()
                        + "\" does not exist.");
            else if (!condition.status().equals("True"))
                unmet.add("the status of pod readiness gate \"" + gate.conditionType() + "\" is not \"True\", but "
                        + condition.status());
        }
        return unmet.isEmpty() ? Verdict.YES : Verdict.no("ReadinessGatesNotReady", String.join(", ", unmet));
    }

    private PodCondition condition(String type, Verdict verdict) {
        String value = verdict.holds() ? "True" : "False";
        var old = Optional.ofNullable(before.get(type));
        var since = old.filter(one -> one.status().equals(value))
                .flatMap(PodCondition::findLastTransitionTime)
                .orElse(now);
        var condition = PodCondition.of(PodCondition.EMPTY.tree().with("lastProbeTime", Tree.NULL))
                .withType(type)
                .withStatus(value)
                .withLastTransitionTime(since);
        if (pod.metadata().generation() > 0)
            condition = condition.withObservedGeneration(pod.metadata().generation());
        if (!verdict.reason().isEmpty()) condition = condition.withReason(verdict.reason());
        return verdict.message().isEmpty() ? condition : condition.withMessage(verdict.message());
    }

    private static ContainerStatus find(List<ContainerStatus> statuses, String name) {
        return statuses.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElse(ContainerStatus.EMPTY);
    }
}
