package io.amphora.controllers.pod;

import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.validation.PodAnnotations;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/// Which of several Pods is missed least, first. Ages are compared by their order of magnitude, so that not
/// always
/// the youngest Pods go, which may all stand in one zone (KEP-2185).
public final class DeletionOrder {
    private DeletionOrder() {}

    /// @param related how many Pods of the same application run on a node, by the node's name
    public static Comparator<Pod> of(Map<String, Integer> related, Instant now) {
        return Comparator.<Pod, Boolean>comparing(pod -> !pod.spec().nodeName().isEmpty())
                .thenComparingInt(DeletionOrder::phase)
                .thenComparing(PodFacts::isReady)
                .thenComparingInt(DeletionOrder::cost)
                .thenComparing(pod -> related.getOrDefault(pod.spec().nodeName(), 0), Comparator.reverseOrder())
                .thenComparing((left, right) ->
                        byAge(left, PodFacts.findReadySince(left), right, PodFacts.findReadySince(right), now))
                .thenComparing(DeletionOrder::restarts, Comparator.reverseOrder())
                .thenComparing((left, right) -> byAge(
                        left,
                        left.metadata().findCreationTimestamp(),
                        right,
                        right.metadata().findCreationTimestamp(),
                        now));
    }

    private static int phase(Pod pod) {
        return switch (pod.status().phase()) {
            case "Pending", "" -> 0;
            case "Unknown" -> 1;
            default -> 2;
        };
    }

    private static int cost(Pod pod) {
        return PodAnnotations.findDeletionCost(pod.metadata().annotations()).orElse(0);
    }

    private static int restarts(Pod pod) {
        return pod.status().containerStatuses().stream()
                .mapToInt(ContainerStatus::restartCount)
                .max()
                .orElse(0);
    }

    /// The younger first; of those as old by magnitude, the lower uid.
    private static int byAge(Pod left, Optional<Instant> leftAt, Pod right, Optional<Instant> rightAt, Instant now) {
        if (leftAt.equals(rightAt)) return 0;
        if (leftAt.isEmpty()) return -1;
        if (rightAt.isEmpty()) return 1;
        int magnitude = Integer.compare(magnitude(leftAt.get(), now), magnitude(rightAt.get(), now));
        return magnitude != 0 ? magnitude : left.uid().compareTo(right.uid());
    }

    private static int magnitude(Instant at, Instant now) {
        long age = Duration.between(at, now).toNanos();
        return age <= 0 ? -1 : 63 - Long.numberOfLeadingZeros(age);
    }
}
