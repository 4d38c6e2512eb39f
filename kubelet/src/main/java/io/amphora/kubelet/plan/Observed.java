package io.amphora.kubelet.plan;

import io.amphora.runtime.Sandbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All that is known of one Pod on this node at one moment: what the runtime shows, and what the Pod's worker
/// remembers.
///
/// @param gone the Pod is no longer in the API
/// @param sandboxes newest first
/// @param runs newest first
/// @param probes by run
/// @param troubles why a container's last start did not come off, by container name
/// @param sandboxTrouble the same for the sandbox and the volumes
/// @param backoffs by container name
/// @param starting containers that are being started or cleaned up
/// @param stopping runs that are being stopped, and until when they have time
/// @param sandboxBusy a sandbox is being made or stopped
/// @param ending set once the Pod has begun to end; there is no way back
public record Observed(
        boolean gone,
        List<Sandbox.Status> sandboxes,
        List<Run> runs,
        Map<String, ProbeState> probes,
        Map<String, Trouble> troubles,
        Optional<Trouble> sandboxTrouble,
        Map<String, Backoff> backoffs,
        Set<String> starting,
        Map<String, Instant> stopping,
        boolean sandboxBusy,
        Optional<Ending> ending) {

    public static final Observed NOTHING = new Observed(
            false,
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            Optional.empty(),
            Map.of(),
            Set.of(),
            Map.of(),
            false,
            Optional.empty());

    /// What the probes say of a run.
    ///
    /// @param started the startup probe succeeded, or there is none
    /// @param ready the readiness probe succeeds, or there is none
    /// @param failure why the run has to be killed, if it has to
    public record ProbeState(boolean started, boolean ready, Optional<Failure> failure) {
        public static final ProbeState FINE = new ProbeState(true, true, Optional.empty());
    }

    /// @param probe `liveness` or `startup`
    /// @param grace what the probe gives instead of the Pod's own grace
    public record Failure(String probe, Optional<Duration> grace) {}

    /// @param reason a container's waiting reason: `ErrImagePull`, `ImagePullBackOff`,
    ///     `CreateContainerConfigError`, …
    /// @param retryAt not before
    public record Trouble(String reason, String message, Instant retryAt) {}

    /// @param reason `DeadlineExceeded`, `Evicted`, …: makes the Pod fail; "" when it is deleted or done
    public record Ending(Instant since, String reason, String message) {}

    /// The sandbox that counts.
    public Optional<Sandbox.Status> newestSandbox() {
        return sandboxes.isEmpty() ? Optional.empty() : Optional.of(sandboxes.getFirst());
    }

    public Optional<Sandbox.Status> readySandbox() {
        return newestSandbox().filter(one -> one.sandbox().ready());
    }

    /// The newest run of a container in any sandbox.
    public Optional<Run> newest(String container) {
        return runs.stream().filter(run -> run.name().equals(container)).findFirst();
    }

    public ProbeState probe(Run run) {
        return probes.getOrDefault(run.id(), ProbeState.FINE);
    }
}
