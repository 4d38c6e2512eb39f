package io.amphora.kubelet.plan;

import java.time.Instant;
import java.util.Optional;

/// What a plan asks to be done. Actions of one plan may be carried out at the same time.
public sealed interface Action {

    /// Makes the volumes and a sandbox.
    record RunSandbox(int attempt) implements Action {}

    /// Ends a sandbox with all in it.
    record StopSandbox(String id) implements Action {}

    record RemoveSandbox(String id) implements Action {}

    /// Brings the image, makes a container and starts it.
    ///
    /// @param backoff what to remember once it is started, when it follows an earlier run
    record Start(String container, int attempt, Optional<Backoff> backoff) implements Action {}

    /// Runs the hook before the stop, then stops the container.
    ///
    /// @param deadline when it is killed if it still runs
    /// @param why the end of the event's message after `Stopping container NAME`, or a message of its own
    record Stop(Run run, Instant deadline, String why) implements Action {}

    /// Forgets a run that has ended.
    record Remove(Run run) implements Action {}
}
