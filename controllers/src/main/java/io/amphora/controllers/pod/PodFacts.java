package io.amphora.controllers.pod;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What a Pod's status means to those who count Pods.
public final class PodFacts {
    private PodFacts() {}

    /// Neither finished nor going.
    public static boolean isActive(Pod pod) {
        return !isFinished(pod) && !isTerminating(pod);
    }

    public static boolean isFinished(Pod pod) {
        String phase = pod.status().phase();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    public static boolean isTerminating(Pod pod) {
        return pod.metadata().tree().has("deletionTimestamp");
    }

    public static Optional<PodCondition> findCondition(Pod pod, String type) {
        return pod.status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    public static boolean isReady(Pod pod) {
        return findCondition(pod, "Ready")
                .map(condition -> condition.status().equals("True"))
                .orElse(false);
    }

    public static Optional<Instant> findReadySince(Pod pod) {
        return findCondition(pod, "Ready")
                .filter(condition -> condition.status().equals("True"))
                .flatMap(PodCondition::findLastTransitionTime);
    }

    /// Ready for at least so long.
    public static boolean isAvailable(Pod pod, int minReadySeconds, Instant now) {
        if (!isReady(pod)) return false;
        return minReadySeconds == 0
                || findReadySince(pod)
                        .map(since -> !since.plusSeconds(minReadySeconds).isAfter(now))
                        .orElse(false);
    }

    /// When a ready Pod will have been ready long enough; empty when it is, or when it is not ready.
    public static Optional<Instant> findAvailableAt(Pod pod, int minReadySeconds, Instant now) {
        if (minReadySeconds == 0) return Optional.empty();
        return findReadySince(pod)
                .map(since -> since.plus(Duration.ofSeconds(minReadySeconds)))
                .filter(at -> at.isAfter(now));
    }
}
