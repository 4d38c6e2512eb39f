package io.amphora.kubelet.log;

import io.amphora.machinery.time.Clock;
import io.amphora.runtime.Container;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps containers' logs from filling the disk: a file that has become too large is set aside
/// (`0.log.20260101-000000`) and the runtime begins a new one; of those set aside only the newest few stay.
public final class LogRotation {
    private static final Logger LOG = LoggerFactory.getLogger(LogRotation.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final ContainerRuntime runtime;
    private final Clock clock;
    private final Limits limits;

    public LogRotation(ContainerRuntime runtime, Clock clock, Limits limits) {
        this.runtime = runtime;
        this.clock = clock;
        this.limits = limits;
    }

    /// @param bytes of one file
    /// @param files of one container, the current one included
    public record Limits(long bytes, int files) {
        public static final Limits DEFAULT = new Limits(10 << 20, 5);
    }

    /// Looks at the logs of all running containers once.
    public void run() {
        for (var container : runtime.containers(Map.of())) {
            if (container.state() != Container.State.RUNNING) continue;
            try {
                var status = runtime.findContainer(container.id());
                if (status.isPresent() && !status.get().logPath().isEmpty())
                    rotate(container.id(), Path.of(status.get().logPath()));
            } catch (IOException | ContainerRuntimeException failure) {
                LOG.warn("log of container {}: {}", container.id(), failure.getMessage());
            }
        }
    }

    private void rotate(String id, Path log) throws IOException {
        if (!Files.exists(log) || Files.size(log) < limits.bytes()) return;
        Path aside = log.resolveSibling(log.getFileName() + "." + STAMP.format(clock.now()));
        Files.move(log, aside);
        try {
            runtime.reopenLog(id);
        } catch (ContainerRuntimeException failure) {
            Files.move(aside, log); // it goes on in the file that it has
            throw failure;
        }
        removeOldest(log);
    }

    private void removeOldest(Path log) throws IOException {
        String prefix = log.getFileName() + ".";
        try (var all = Files.list(log.toAbsolutePath().getParent())) {
            var aside = all.filter(one -> one.getFileName().toString().startsWith(prefix))
                    .sorted(Comparator.reverseOrder())
                    .toList();
            for (int i = limits.files() - 1; i < aside.size(); i++) Files.deleteIfExists(aside.get(i));
        }
    }
}
