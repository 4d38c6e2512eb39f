package io.amphora.e2e;

import io.amphora.apiserver.testing.GoldenGrid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Replays the grid, small requests that were made from the schema of every kind, against servers in this process.
public final class RecordedGrid {
    /// Beside the repository; not part of it.
    static final Path GRID = Path.of("../../shared/golden/grid");

    /// The rows whose answer still is another one; it only shrinks.
    static final Path FAILING = Path.of("golden/grid-failing.txt");

    private static final Map<String, Integer> SIDE_BY_SIDE = Map.of("api", 6);
    private static final int LINES_SHOWN = 6;

    private RecordedGrid() {}

    static List<String> failing() throws Exception {
        return Files.exists(FAILING) ? Files.readAllLines(FAILING) : List.of();
    }

    /// @return of each row, by the file's and its name, what was different
    static Map<String, List<String>> replay(List<GoldenGrid> grids) throws InterruptedException {
        List<GoldenGrid> longestFirst = grids.stream()
                .sorted(Comparator.comparing((GoldenGrid each) -> each.rows().size())
                        .reversed())
                .toList();
        return RecordedCluster.replay(longestFirst, each -> "api", SIDE_BY_SIDE, (cluster, share) -> {
            var results = new TreeMap<String, List<String>>();
            for (GoldenGrid grid : share) {
                String namespace = "g%08x".formatted(grid.id().hashCode());
                grid.replay(cluster.gridHttp(), namespace, cluster.clock(), cluster::awaitServiceAccount)
                        .forEach((row, lines) -> results.put(grid.id() + " " + row, lines));
            }
            return results;
        });
    }

    /// Prints what fails and why; with `update`, writes the list anew. Further arguments are beginnings of files' ids.
    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        List<String> prefixes =
                words.stream().filter(word -> !word.equals("update")).toList();
        List<GoldenGrid> grids = GoldenGrid.below(GRID).stream()
                .filter(each -> prefixes.isEmpty() || prefixes.stream().anyMatch(each.id()::startsWith))
                .toList();
        Map<String, List<String>> results = replay(grids);
        Map<String, List<String>> failed = PassingList.failed(results);
        failed.forEach((row, lines) -> {
            System.out.println("FAIL " + row);
            lines.stream().limit(LINES_SHOWN).forEach(line -> System.out.println("    " + line));
        });
        if (words.contains("update")) Files.write(FAILING, new TreeSet<>(failed.keySet()));
        System.out.println((results.size() - failed.size()) + " passed, " + failed.size() + " failed");
        System.exit(0);
    }
}
