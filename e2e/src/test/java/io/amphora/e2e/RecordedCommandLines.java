package io.amphora.e2e;

import io.amphora.http.HttpServer;
import io.amphora.machinery.tree.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Replays recorded command lines of a real kubectl with the built-in one, against servers in this process.
public final class RecordedCommandLines {
    /// Beside the repository; not part of it.
    static final Path CASES = Path.of("../../shared/golden/cases-kubectl");

    static final PassingList PASSING = new PassingList(Path.of("golden/passing-kubectl.txt"));

    private static final Map<String, Integer> SIDE_BY_SIDE = Map.of("api", 2, "controllers", 2, "nodes", 2);

    private RecordedCommandLines() {}

    static List<RecordedCommandLine> all() throws IOException {
        try (Stream<Path> files = Files.walk(CASES)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(RecordedCommandLines::read)
                    .toList();
        }
    }

    private static RecordedCommandLine read(Path file) {
        try {
            String id = CASES.relativize(file).toString().replace(".json", "");
            return RecordedCommandLine.of(
                    id, Json.read(Files.readAllBytes(file)).object());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @return of each case, by id, what was different; an empty list for one that passed
    static Map<String, List<String>> replay(List<RecordedCommandLine> cases) throws InterruptedException {
        return RecordedCluster.replay(cases, RecordedCommandLine::needs, SIDE_BY_SIDE, (cluster, share) -> {
            var results = new TreeMap<String, List<String>>();
            try (HttpServer listening = cluster.listen()) {
                String url = "http://127.0.0.1:" + listening.port();
                int number = 0;
                for (RecordedCommandLine each : share) {
                    String namespace = "g%08x".formatted(0x1d5a_0000 + number++);
                    cluster.createNamespace(namespace);
                    results.put(each.id(), each.replay(url, RecordedCluster.TOKEN, namespace, cluster.clock()));
                    cluster.deleteNamespace(namespace);
                }
            }
            return results;
        });
    }

    /// Prints what fails and why; with `update`, adds what passes to the list. Further arguments are beginnings of
    /// ids.
    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        List<String> prefixes =
                words.stream().filter(word -> !word.equals("update")).toList();
        List<RecordedCommandLine> cases = all().stream()
                .filter(each -> prefixes.isEmpty() || prefixes.stream().anyMatch(each.id()::startsWith))
                .toList();
        PASSING.report(replay(cases), words.contains("update"));
        System.exit(0);
    }
}
