package io.amphora.kubelet.container;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import java.util.Optional;

/// What a Pod or a container asks for and this node's runtime cannot give. It is refused: one that runs without what
/// it asks for is less safe than its owner takes it for. The messages are the kubelet's.
public final class Unsupported {
    private static final String LABELS = "seLinuxOptions are not supported in this node";

    private Unsupported() {}

    /// Why the runtime cannot make a Pod's sandbox; empty where it can.
    ///
    /// @param seLinux whether this machine enforces SELinux labels, which the runtime is not told
    public static Optional<String> ofSandbox(Pod pod, boolean seLinux) {
        if (!pod.spec().findHostUsers().orElse(true))
            return Optional.of("RuntimeClass handler \"\" does not support user namespaces");
        if (seLinux && pod.spec().securityContext().findSeLinuxOptions().isPresent()) return Optional.of(LABELS);
        return Optional.empty();
    }

    /// Why the runtime cannot start a container, an ephemeral one too; empty where it can.
    public static Optional<String> ofContainer(Container container, boolean seLinux) {
        if (seLinux && container.securityContext().findSeLinuxOptions().isPresent()) return Optional.of(LABELS);
        boolean recursive = container.volumeMounts().stream()
                .anyMatch(mount -> mount.recursiveReadOnly().equals("Enabled"));
        return recursive
                ? Optional.of("failed to resolve recursive read-only mode: runtime handler \"\" does not support"
                        + " recursive read-only mounts")
                : Optional.empty();
    }
}
