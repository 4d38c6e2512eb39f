package io.amphora.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProtoCommentsTest {
    @Test
    void linesAreJoinedAndParagraphsKept() {
        assertThat(ProtoComments.description(List.of("One line", "and another.", "", "A paragraph.")))
                .isEqualTo("One line and another.\n\nA paragraph.");
    }

    @Test
    void markersRemarksAndWhatFollowsDashesAreLeftOut() {
        assertThat(ProtoComments.description(List.of("Text.", "TODO: later", "+optional", "---", "For developers.")))
                .isEqualTo("Text.");
    }

    @Test
    void indentedLinesStandAlone() {
        assertThat(ProtoComments.description(List.of("Example:", "  a: b", "end.")))
                .isEqualTo("Example:\n  a: b\nend.");
    }

    @Test
    void markersHaveValuesOrNone() {
        List<String> comment = List.of("+listMapKey=port", "+listMapKey=protocol", "+optional", "+listMapKeys=no");
        assertThat(ProtoComments.markers(comment, "listMapKey")).containsExactly("port", "protocol");
        assertThat(ProtoComments.markers(comment, "optional")).containsExactly("");
    }
}
