package io.amphora.kubelet.volume;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// How the file of a ServiceAccount's token is to be: for the one user of a Pod alone, where all its containers say
/// that they run as one; shared with the Pod's group, where it has one; else as any other file of its volume.
///
/// @param owner a uid; 0 is root's
record TokenFile(int mode, long owner) {
    private static final int PRIVATE = 0600;

    /// @param mode of the volume's files
    static TokenFile of(Pod pod, int mode) {
        var user = user(pod);
        boolean shared =
                user.isEmpty() && pod.spec().securityContext().findFsGroup().isEmpty();
        return new TokenFile(shared ? mode : PRIVATE, user.orElse(0));
    }

    /// The user of all containers, init containers too; empty when one of them names none, or another.
    private static OptionalLong user(Pod pod) {
        var users = Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
                .map(container -> user(pod, container))
                .distinct()
                .toList();
        return users.size() == 1 ? users.getFirst() : OptionalLong.empty();
    }

    private static OptionalLong user(Pod pod, Container container) {
        var own = container.securityContext().findRunAsUser();
        return own.isPresent() ? own : pod.spec().securityContext().findRunAsUser();
    }
}
