package io.amphora.runtime;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A container as it is listed.
///
/// @param attempt counts the containers of one name in one Pod from 0
public record Container(
        String id,
        String sandboxId,
        String name,
        int attempt,
        State state,
        Instant createdAt,
        Map<String, String> labels,
        Map<String, String> annotations) {

    public enum State {
        CREATED,
        RUNNING,
        EXITED,
        UNKNOWN
    }

    /// @param image as it was asked for
    /// @param imageRef the image's id, or its name with a digest
    /// @param startedAt absent until it ran
    /// @param exitCode counts once it has finished
    /// @param reason `Completed`, `Error`, `OOMKilled`, `StartError`, …; "" while it runs
    public record Status(
            Container container,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt,
            int exitCode,
            String image,
            String imageRef,
            String reason,
            String message,
            String logPath) {}

    /// @param command replaces the image's entrypoint unless empty
    /// @param args replaces the image's command unless empty
    /// @param logPath relative to the sandbox's log directory
    public record Config(
            String name,
            int attempt,
            String image,
            List<String> command,
            List<String> args,
            String workingDir,
            List<Env> env,
            List<Mount> mounts,
            List<Device> devices,
            Map<String, String> labels,
            Map<String, String> annotations,
            String logPath,
            boolean stdin,
            boolean stdinOnce,
            boolean tty,
            Resources resources,
            Security security) {}

    public record Env(String name, String value) {}

    public record Mount(String containerPath, String hostPath, boolean readOnly, Propagation propagation) {
        public enum Propagation {
            PRIVATE,
            HOST_TO_CONTAINER,
            BIDIRECTIONAL
        }
    }

    public record Device(String containerPath, String hostPath, String permissions) {}

    /// What the kernel is told; 0 leaves a value alone.
    ///
    /// @param cpuShares as cgroup v1 counts them (1024 for one CPU); the runtime turns them into v2's weight
    /// @param cpuQuotaMicros, cpuPeriodMicros of CPU time per period
    /// @param unified further files of cgroup v2, by name
    public record Resources(
            long cpuShares,
            long cpuQuotaMicros,
            long cpuPeriodMicros,
            long memoryLimitBytes,
            long oomScoreAdj,
            Map<String, String> unified) {
        public static final Resources NONE = new Resources(0, 0, 0, 0, 0, Map.of());
    }

    /// @param runAsUserName counts when runAsUser is absent; "" for the image's own user
    public record Security(
            List<String> addCapabilities,
            List<String> dropCapabilities,
            boolean privileged,
            Sandbox.Namespaces namespaces,
            OptionalLong runAsUser,
            OptionalLong runAsGroup,
            String runAsUserName,
            boolean readOnlyRootFilesystem,
            List<Long> supplementalGroups,
            boolean noNewPrivileges,
            List<String> maskedPaths,
            List<String> readOnlyPaths,
            Optional<Sandbox.Profile> seccomp,
            Optional<Sandbox.Profile> apparmor) {}
}
