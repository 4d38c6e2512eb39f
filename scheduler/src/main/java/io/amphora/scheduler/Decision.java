package io.amphora.scheduler;

import java.util.List;

/// What becomes of a Pod.
public sealed interface Decision {
    record Place(String node) implements Decision {}

    /// @param message what the Pod's condition and the event say
    record Wait(String message) implements Decision {}

    /// Wait until these Pods of one node have made room.
    record Preempt(String node, List<PodInfo> victims, String message) implements Decision {}
}
