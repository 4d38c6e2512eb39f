package io.amphora.kubelet.plan;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.ContainerRestartRule;
import io.amphora.api.core.v1.Pod;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a Pod's spec says of its containers.
public final class Containers {
    private Containers() {}

    /// Init containers first, in the order of their starts; the ephemeral ones last.
    public static Stream<Container> all(Pod pod) {
        return Stream.of(pod.spec().initContainers(), pod.spec().containers(), ephemeral(pod))
                .flatMap(List::stream);
    }

    /// The ephemeral containers (KEP-277), which have the fields of any other. They run once.
    public static List<Container> ephemeral(Pod pod) {
        return pod.spec().ephemeralContainers().stream()
                .map(one -> Container.of(one.tree()))
                .toList();
    }

    /// The container whose processes an ephemeral one wants to see.
    public static Optional<String> ephemeralTarget(Pod pod, String name) {
        return pod.spec().ephemeralContainers().stream()
                .filter(one ->
                        one.name().equals(name) && !one.targetContainerName().isEmpty())
                .map(one -> one.targetContainerName())
                .findFirst();
    }

    public static Optional<Container> find(Pod pod, String name) {
        return all(pod).filter(container -> container.name().equals(name)).findFirst();
    }

    public static boolean isInit(Pod pod, String name) {
        return pod.spec().initContainers().stream().anyMatch(one -> one.name().equals(name));
    }

    /// An init container that runs beside the others (KEP-753).
    public static boolean isSidecar(Container init) {
        return init.restartPolicy().equals("Always");
    }

    /// Whether a container whose run ended with `exitCode` is to run again.
    ///
    /// @param init of init containers, that a success needs no repetition whatever the policy says
    static boolean restarts(Pod pod, Container container, boolean init, int exitCode) {
        for (var rule : container.restartPolicyRules())
            if (matches(rule, exitCode)) return rule.action().equals("Restart");
        if (init && !isSidecar(container) && exitCode == 0) return false;
        String policy = container.restartPolicy().isEmpty() ? pod.spec().restartPolicy() : container.restartPolicy();
        return switch (policy) {
            case "Never" -> false;
            case "OnFailure" -> exitCode != 0;
            default -> true;
        };
    }

    /// KEP-5307.
    private static boolean matches(ContainerRestartRule rule, int exitCode) {
        var codes = rule.exitCodes();
        return switch (codes.operator()) {
            case "In" -> codes.values().contains(exitCode);
            case "NotIn" -> !codes.values().contains(exitCode);
            default -> false;
        };
    }

    /// `web_default(4f2…)`: how messages name a Pod.
    public static String describe(Pod pod) {
        return pod.name() + "_" + pod.namespace() + "(" + pod.uid() + ")";
    }

    /// The image and the name: a run made from others has to be replaced.
    public static String fingerprint(Container container) {
        return Integer.toHexString((container.name() + "\n" + container.image()).hashCode());
    }

    /// Where a run's container keeps its [#fingerprint].
    public static final String FINGERPRINT = "io.kubernetes.container.hash";
}
