package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// None of the recorded command lines to which the built-in kubectl once answered as the real one may be answered
/// otherwise.
final class RecordedCommandLinesTest {
    @Test
    void every_listed_command_line_is_answered_as_recorded() throws Exception {
        assumeTrue(
                Files.isDirectory(RecordedCommandLines.CASES),
                "the recordings lie beside the repository, and do not here");
        List<String> listed = RecordedCommandLines.PASSING.ids();
        assertThat(listed).isNotEmpty();
        List<RecordedCommandLine> cases = RecordedCommandLines.all().stream()
                .filter(each -> listed.contains(each.id()))
                .toList();
        assertThat(cases).as("cases of the list that are there").hasSameSizeAs(listed);
        Map<String, List<String>> results = RecordedCommandLines.replay(cases);
        Map<String, List<String>> lost = PassingList.failed(results);
        System.out.println("golden: " + (results.size() - lost.size()) + " of " + listed.size()
                + " listed cases of command lines pass");
        assertThat(lost).isEmpty();
        assertThat(results).hasSameSizeAs(listed);
    }
}
