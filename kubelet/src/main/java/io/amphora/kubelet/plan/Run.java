package io.amphora.kubelet.plan;

import io.amphora.runtime.Container;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// One run of a container: a restart is a further run with the next attempt.
///
/// @param attempt counts from 0 over the Pod's whole life, also across sandboxes: it is the container's restart
///     count
public record Run(
        String id,
        String sandboxId,
        String name,
        int attempt,
        Container.State state,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        int exitCode,
        String reason,
        String message,
        String image,
        String imageRef,
        String logPath,
        Map<String, String> annotations) {

    /// @param listed knows the sandbox
    /// @param status knows the rest, and is the newer of the two
    public static Run of(Container listed, Container.Status status) {
        return new Run(
                listed.id(),
                listed.sandboxId(),
                listed.name(),
                listed.attempt(),
                status.container().state(),
                listed.createdAt(),
                status.startedAt(),
                status.finishedAt(),
                status.exitCode(),
                status.reason(),
                status.message(),
                status.image(),
                status.imageRef(),
                status.logPath(),
                listed.annotations());
    }

    public boolean isRunning() {
        return state == Container.State.RUNNING;
    }

    public boolean hasExited() {
        return state == Container.State.EXITED;
    }

    public Run withMessage(String message) {
        return new Run(
                id,
                sandboxId,
                name,
                attempt,
                state,
                createdAt,
                startedAt,
                finishedAt,
                exitCode,
                reason,
                message,
                image,
                imageRef,
                logPath,
                annotations);
    }
}
