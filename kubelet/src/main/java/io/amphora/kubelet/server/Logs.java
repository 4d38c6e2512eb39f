package io.amphora.kubelet.server;

import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.http.HttpExchange;
import io.amphora.kubelet.log.LogFiles;
import io.amphora.kubelet.log.LogOptions;
import io.amphora.kubelet.log.LogReader;
import io.amphora.kubelet.plan.Containers;
import io.amphora.kubelet.plan.Run;
import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// `/containerLogs`.
final class Logs {
    private final NodePods pods;
    private final Clock clock;
    private final Path folder;

    Logs(NodePods pods, Clock clock, Path folder) {
        this.pods = pods;
        this.clock = clock;
        this.folder = folder;
    }

    void serve(HttpExchange exchange, String namespace, String podName, String container, Queries query)
            throws Refused, IOException, InterruptedException {
        var known =
                pods.find(namespace, podName).orElseThrow(() -> new Refused(404, "pod \"" + podName + "\" not found"));
        if (Containers.find(known.pod(), container).isEmpty())
            throw new Refused(404, "container \"" + container + "\" not found in pod \"" + podName + "\"");
        var options = options(query);
        var run = run(known, container, query.flag("previous"));
        Path file = run.logPath().isEmpty()
                ? LogFiles.of(folder, known.pod(), container, run.attempt())
                : Path.of(run.logPath());
        var out = exchange.stream(200, Map.of("content-type", List.of("text/plain")));
        try (out) {
            out.flush(); // the head at once: a follower of a silent container must not wait for it
            if (Files.exists(file)) LogReader.copy(file, options, out, () -> isRunning(known, run), clock);
        } catch (IOException readerGone) {
            return; // nobody is left to be told
        }
    }

    private static boolean isRunning(NodePods.Known known, Run run) {
        return known.seen().runs().stream().anyMatch(one -> one.id().equals(run.id()) && one.isRunning());
    }

    private static Run run(NodePods.Known known, String container, boolean previous) throws Refused {
        var runs = known.seen().runs().stream()
                .filter(run -> run.name().equals(container))
                .toList();
        String pod = known.pod().name();
        if (previous) {
            boolean waits = !runs.isEmpty() && runs.getFirst().hasExited() && isWaiting(known, container);
            if (waits) return runs.getFirst();
            if (runs.size() < 2)
                throw new Refused(
                        400, "previous terminated container \"" + container + "\" in pod \"" + pod + "\" not found");
            return runs.get(1);
        }
        if (runs.isEmpty())
            throw new Refused(
                    400,
                    "container \"" + container + "\" in pod \"" + pod + "\" is waiting to start: "
                            + reason(known, container));
        return runs.getFirst();
    }

    private static boolean isWaiting(NodePods.Known known, String container) {
        return status(known, container)
                .filter(one -> one.state().findWaiting().isPresent())
                .isPresent();
    }

    private static String reason(NodePods.Known known, String container) {
        var trouble = known.seen().troubles().get(container);
        if (trouble != null)
            return trouble.reason().endsWith("BackOff") || trouble.reason().startsWith("ErrImage")
                    ? "trying and failing to pull image"
                    : trouble.reason();
        return status(known, container)
                .map(one -> one.state().waiting().reason())
                .filter(one -> !one.isEmpty())
                .orElse("ContainerCreating");
    }

    private static Optional<ContainerStatus> status(NodePods.Known known, String container) {
        var status = known.pod().status();
        return Stream.concat(status.initContainerStatuses().stream(), status.containerStatuses().stream())
                .filter(one -> one.name().equals(container))
                .findFirst();
    }

    private LogOptions options(Queries query) throws Refused {
        var since = Optional.<Instant>empty();
        try {
            String time = query.first("sinceTime");
            if (!time.isEmpty()) since = Optional.of(Instant.parse(time));
            var seconds = number(query.first("sinceSeconds"));
            if (seconds.isPresent()) since = Optional.of(clock.now().minusSeconds(seconds.getAsLong()));
        } catch (DateTimeException bad) {
            throw new Refused(400, "Unable to decode the request for container logs: " + bad.getMessage());
        }
        String stream = query.first("stream");
        return new LogOptions(
                query.flag("follow"),
                query.flag("timestamps"),
                number(query.first("tailLines")),
                since,
                number(query.first("limitBytes")),
                stream.isEmpty() ? "All" : stream);
    }

    private static OptionalLong number(String text) throws Refused {
        if (text.isEmpty()) return OptionalLong.empty();
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException bad) {
            throw new Refused(400, "Unable to decode the request for container logs: not a number: " + text);
        }
    }
}
