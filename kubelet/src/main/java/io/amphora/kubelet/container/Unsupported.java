package io.amphora.kubelet.container;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Sysctl;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What a Pod asks for and this node cannot give. Such a Pod is refused: one that runs without what it asks for
/// is less safe than its owner takes it for. The messages are the kubelet's.
public final class Unsupported {
    /// Those that are the Pod's own and harm nobody else on the node.
    private static final Set<String> SAFE_SYSCTLS = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ip_local_reserved_ports",
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_rmem",
            "net.ipv4.tcp_wmem");

    private Unsupported() {}

    /// Why this node cannot run a Pod; empty where it can.
    ///
    /// @param seLinux whether this machine enforces SELinux labels, which the runtime is not told
    public static Optional<String> of(Pod pod, boolean seLinux) {
        var spec = pod.spec();
        if (!spec.findHostUsers().orElse(true))
            return Optional.of("RuntimeClass handler \"\" does not support user namespaces");
        if (spec.securityContext().supplementalGroupsPolicy().equals("Strict"))
            return Optional.of("SupplementalGroupsPolicy=Strict is not supported in this node");
        if (seLinux && hasLabels(pod)) return Optional.of("seLinuxOptions are not supported in this node");
        for (Container container : containers(pod).toList())
            if (container.volumeMounts().stream()
                    .anyMatch(mount -> mount.recursiveReadOnly().equals("Enabled")))
                return Optional.of("failed to resolve recursive read-only mode: runtime handler \"\" does not support"
                        + " recursive read-only mounts");
        return forbidden(spec.securityContext().sysctls(), spec.hostNetwork(), spec.hostIPC());
    }

    private static boolean hasLabels(Pod pod) {
        return pod.spec().securityContext().findSeLinuxOptions().isPresent()
                || containers(pod)
                        .anyMatch(container ->
                                container.securityContext().findSeLinuxOptions().isPresent());
    }

    private static Optional<String> forbidden(List<Sysctl> sysctls, boolean hostNetwork, boolean hostIpc) {
        for (Sysctl sysctl : sysctls) {
            String name = sysctl.name().replace('/', '.');
            if (!SAFE_SYSCTLS.contains(name))
                return Optional.of("forbidden sysctl: \"" + sysctl.name() + "\" not allowlisted");
            if (hostNetwork && name.startsWith("net."))
                return Optional.of("forbidden sysctl: \"" + sysctl.name() + "\" not allowed with host net enabled");
            if (hostIpc && name.startsWith("kernel.shm"))
                return Optional.of("forbidden sysctl: \"" + sysctl.name() + "\" not allowed with host ipc enabled");
        }
        return Optional.empty();
    }

    private static Stream<Container> containers(Pod pod) {
        return Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream());
    }
}
