package io.amphora.e2e;

import io.amphora.apiserver.testing.GoldenCase;
import io.amphora.apiserver.testing.GoldenCases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Replays recorded conversations with a real Kubernetes against servers in this process, each with just the
/// controllers that the recording had.
public final class RecordedConversations {
    /// Beside the repository; not part of it.
    static final Path CASES = Path.of("../../shared/golden/cases");

    static final PassingList PASSING = new PassingList(Path.of("golden/passing.txt"));

    /// How long a step waits for what it wants to see: as the recordings did, and shorter when much is expected
    /// to fail.
    private static final Duration AS_RECORDED = Duration.ofSeconds(30);

    private static final Duration SHORTER = Duration.ofSeconds(8);

    /// Those of controllers mostly wait; one takes a minute.
    private static final Map<String, Integer> SIDE_BY_SIDE = Map.of("api", 3, "controllers", 12, "nodes", 4);

    private RecordedConversations() {}

    /// @return of each case, by id, what was different; an empty list for one that passed
    static Map<String, List<String>> replay(List<GoldenCase> cases) throws InterruptedException {
        return replay(cases, AS_RECORDED);
    }

    private static Map<String, List<String>> replay(List<GoldenCase> cases, Duration patience)
            throws InterruptedException {
        List<GoldenCase> longestFirst = cases.stream()
                .sorted(Comparator.comparing(GoldenCase::length).reversed())
                .toList();
        return RecordedCluster.replay(longestFirst, GoldenCase::needs, SIDE_BY_SIDE, (cluster, share) -> {
            var results = new TreeMap<String, List<String>>();
            GoldenCases.replay(
                    share, cluster.http(), cluster.clock(), patience, cluster::awaitServiceAccount, results::put);
            return results;
        });
    }

    /// Prints what fails and why; with `update`, adds what passes to the list; with `patient`, waits as the
    /// recordings did. Further arguments are beginnings of ids.
    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        List<String> prefixes = words.stream()
                .filter(word -> !word.equals("update") && !word.equals("patient"))
                .toList();
        List<GoldenCase> cases = GoldenCases.below(CASES).stream()
                .filter(each -> prefixes.isEmpty() || prefixes.stream().anyMatch(each.id()::startsWith))
                .toList();
        PASSING.report(replay(cases, words.contains("patient") ? AS_RECORDED : SHORTER), words.contains("update"));
        System.exit(0);
    }
}
