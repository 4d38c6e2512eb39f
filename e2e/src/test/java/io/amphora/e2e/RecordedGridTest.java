package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.apiserver.testing.GoldenGrid;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// No row of the grid may be answered otherwise than Kubernetes does but those on the list, which only shrinks.
final class RecordedGridTest {
    @Test
    void every_row_that_is_not_listed_is_answered_as_recorded() throws Exception {
        assumeTrue(Files.isDirectory(RecordedGrid.GRID), "the grid lies beside the repository, and does not here");
        List<String> listed = RecordedGrid.failing();
        Map<String, List<String>> results = RecordedGrid.replay(GoldenGrid.below(RecordedGrid.GRID));
        Map<String, List<String>> failed = PassingList.failed(results);
        System.out.println("golden: " + (results.size() - failed.size()) + " of " + results.size()
                + " rows of the grid are answered as recorded");
        assertThat(results.keySet()).as("rows").containsAll(listed);
        Map<String, List<String>> lost = new TreeMap<>(failed);
        lost.keySet().removeAll(new HashSet<>(listed));
        assertThat(lost)
                .as("rows that are answered otherwise, and are not listed")
                .isEmpty();
        var mended = new TreeSet<>(listed);
        mended.removeAll(failed.keySet());
        assertThat(mended)
                .as("rows that are answered as recorded, so leave " + RecordedGrid.FAILING)
                .isEmpty();
    }
}
