package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.apiserver.testing.GoldenCase;
import io.amphora.apiserver.testing.GoldenCases;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// None of the recorded conversations that once went as with Kubernetes may go otherwise.
final class RecordedConversationsTest {
    @Test
    void every_listed_conversation_goes_as_recorded() throws Exception {
        assumeTrue(
                Files.isDirectory(RecordedConversations.CASES),
                "the recordings lie beside the repository, and do not here");
        List<String> listed = RecordedConversations.PASSING.ids();
        List<GoldenCase> cases = GoldenCases.below(RecordedConversations.CASES).stream()
                .filter(each -> listed.contains(each.id()))
                .toList();
        assertThat(cases).as("cases of the list that are there").hasSameSizeAs(listed);
        Map<String, List<String>> results = RecordedConversations.replay(cases);
        Map<String, List<String>> lost = PassingList.failed(results);
        System.out.println(
                "golden: " + (results.size() - lost.size()) + " of " + listed.size() + " listed conversations pass");
        assertThat(RightsCheck.lacking())
                .as("what parts of the cluster lacked the rights for")
                .isEmpty();
        assertThat(lost).isEmpty();
        assertThat(results).hasSameSizeAs(listed);
    }
}
