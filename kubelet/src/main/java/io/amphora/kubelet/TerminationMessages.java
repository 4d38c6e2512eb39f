package io.amphora.kubelet;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.kubelet.container.Labels;
import io.amphora.kubelet.log.LogOptions;
import io.amphora.kubelet.log.LogReader;
import io.amphora.kubelet.plan.Run;
import io.amphora.kubelet.volume.ContainerFiles;
import io.amphora.kubelet.volume.Volumes;
import io.amphora.machinery.io.Bounded;
import io.amphora.machinery.io.Tail;
import io.amphora.machinery.time.Clock;
import io.amphora.runtime.Container.Mount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// What a container leaves as its last word: the file at its `terminationMessagePath`, or the end of its log.
final class TerminationMessages {
    private static final int LONGEST = 4096;
    private static final int LONGEST_OF_LOG = 2048;
    private static final int LINES_OF_LOG = 80;

    private final Volumes volumes;
    private final Clock clock;

    TerminationMessages(Volumes volumes, Clock clock) {
        this.volumes = volumes;
        this.clock = clock;
    }

    /// Makes the file for a run that is about to begin.
    Mount prepare(Pod pod, Container container, int attempt) throws IOException {
        Path file = file(pod, container.name(), attempt);
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        String inside = container.terminationMessagePath().isEmpty()
                ? "/dev/termination-log"
                : container.terminationMessagePath();
        return new Mount(inside, file.toString(), false, Mount.Propagation.PRIVATE);
    }

    /// The message of a run that has ended, the runtime's own where the container left none.
    String of(Pod pod, Run run) {
        try {
            Path file = file(pod, run.name(), run.attempt());
            String said = end(file);
            boolean fromLog =
                    run.annotations().getOrDefault(Labels.MESSAGE_POLICY, "").equals("FallbackToLogsOnError");
            if (said.isEmpty() && fromLog && run.exitCode() != 0) said = endOfLog(run);
            return said.isEmpty() ? run.message() : said;
        } catch (IOException unreadable) {
            return run.message();
        }
    }

    /// A container may write as much as it likes, and what it likes.
    static String end(Path file) throws IOException {
        try (var channel = ContainerFiles.open(file)) {
            return new String(Bounded.tail(channel, LONGEST), StandardCharsets.UTF_8);
        } catch (FileSystemException noMessage) {
            return "";
        }
    }

    private String endOfLog(Run run) throws IOException {
        if (run.logPath().isEmpty() || !Files.exists(Path.of(run.logPath()))) return "";
        var end = new Tail(LONGEST_OF_LOG);
        try {
            LogReader.copy(Path.of(run.logPath()), LogOptions.ALL.withTail(LINES_OF_LOG), end, () -> false, clock);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
        return new String(end.bytes(), StandardCharsets.UTF_8);
    }

    private Path file(Pod pod, String container, int attempt) {
        return volumes.podFolder(pod.uid())
                .resolve("containers")
                .resolve(container)
                .resolve(Integer.toString(attempt));
    }
}
