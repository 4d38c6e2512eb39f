package io.amphora.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Everything a node asks of what runs its containers. Every call blocks; an answer that is no is a
/// [ContainerRuntimeException] whose code tells which.
///
/// ```
/// sandbox (one per Pod: namespaces, network, cgroup parent)
///   └─ container (one per start of a container; a restart is a new one with the next attempt)
/// ```
public interface ContainerRuntime extends AutoCloseable {

    Version version();

    /// What the runtime says of itself: `RuntimeReady`, `NetworkReady`.
    List<Condition> conditions();

    /// Makes a sandbox, its network included. Returns its id.
    String runSandbox(Sandbox.Config config);

    /// Ends what runs in the sandbox and gives its network back; fine when it is stopped already, or gone.
    void stopSandbox(String id);

    /// Fine when it is gone already.
    void removeSandbox(String id);

    /// All sandboxes whose labels include `labels`.
    List<Sandbox> sandboxes(Map<String, String> labels);

    Optional<Sandbox.Status> findSandbox(String id);

    /// Makes a container, not yet running, in a sandbox. Returns its id.
    String createContainer(String sandbox, Container.Config config, Sandbox.Config sandboxConfig);

    void startContainer(String id);

    /// Sends the stop signal of the image (TERM unless it says otherwise), then KILL after `grace` (whole
    /// seconds; zero
    /// kills at
    /// once), and returns when the container has ended.
    void stopContainer(String id, Duration grace);

    /// Fine when it is gone already; kills what runs.
    void removeContainer(String id);

    /// All containers whose labels include `labels`.
    List<Container> containers(Map<String, String> labels);

    Optional<Container.Status> findContainer(String id);

    void updateResources(String id, Container.Resources resources);

    /// Makes the runtime write to a fresh file where its log file was moved away.
    void reopenLog(String id);

    /// Runs a command in a container.
    ///
    /// @throws ContainerRuntimeException with code `DEADLINE_EXCEEDED` after `timeout` (zero: none)
    ExecResult exec(String id, List<String> command, Duration timeout);

    /// A URL at which the runtime streams a command's input and output (SPDY/3.1 or WebSocket), good for one use.
    String execUrl(String id, List<String> command, Streams streams);

    /// Like [#execUrl], for the process that the container was started with.
    String attachUrl(String id, Streams streams);

    String portForwardUrl(String sandbox, List<Integer> ports);

    List<Image> images();

    /// The image behind a name, a digest or an id, if it is on this node.
    Optional<Image> findImage(String name);

    /// Brings an image onto this node and returns its id.
    ///
    /// @param credentials the registry's, [Credentials#NONE] for none
    /// @param progress is told, now and then, what has arrived
    String pullImage(String name, Credentials credentials, Consumer<PullProgress> progress);

    void removeImage(String name);

    /// The file systems that hold images.
    List<FilesystemUsage> imageFilesystems();

    List<ContainerStats> stats();

    /// Tells `listener`, on a thread of the runtime, that something happened to a container or sandbox, until the
    /// subscription
    /// is closed. Events may be lost (the runtime restarts): they only save the wait until the next look.
    Subscription events(Consumer<ContainerEvent> listener);

    @Override
    void close();

    record Version(String name, String version, String apiVersion) {}

    record Condition(String type, boolean status, String reason, String message) {}

    /// @param stdout the first [#MOST] bytes of it
    /// @param stderr likewise
    record ExecResult(int exitCode, byte[] stdout, byte[] stderr) {
        /// What an answer to a probe shows.
        public static final int MOST = 10 << 10;
    }

    record Streams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}

    record Credentials(
            String username, String password, String identityToken, String registryToken, String serverAddress) {
        public static final Credentials NONE = new Credentials("", "", "", "", "");
    }

    /// @param total bytes of the layers known so far, 0 while none is
    record PullProgress(long done, long total) {}

    record FilesystemUsage(String mountpoint, long usedBytes, long inodesUsed) {}

    /// @param cpuNanos nanoseconds of one core since the container's start
    record ContainerStats(
            String containerId,
            Map<String, String> labels,
            long timestampNanos,
            long cpuNanos,
            long workingSetBytes,
            long usageBytes,
            long rssBytes,
            FilesystemUsage writableLayer) {}

    /// @param id of the container or sandbox
    record ContainerEvent(String id, Type type) {
        public enum Type {
            STARTED,
            STOPPED,
            OUT_OF_MEMORY,
            DELETED
        }
    }

    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
