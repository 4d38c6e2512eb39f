package io.amphora.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProblemsTest {
    private record Case(
            String sentence, boolean filesFirst, List<String> ofFiles, List<String> said, String... lines) {}

    private static final List<Case> CASES = List.of(
            new Case("a single problem says that it is one", false, List.of(), List.of("error: a"), "error: a"),
            new Case("one of several does not", false, List.of(), List.of("error: a", "error: b"), "a", "b"),
            new Case(
                    "nor does a server's refusal",
                    false,
                    List.of(),
                    List.of("Error from server: a"),
                    "Error from server: a"),
            new Case(
                    "what is wrong with files only is told line by line",
                    false,
                    List.of("error: a", "error: b"),
                    List.of(),
                    "a",
                    "b"),
            new Case(
                    "beside other problems it is one",
                    false,
                    List.of("error: a", "error: b"),
                    List.of("error: c"),
                    "c",
                    "[a, b]"),
            new Case("which may come first", true, List.of("error: a"), List.of("error: c"), "a", "c"));

    @Test
    void problems_are_told_as_kubectl_tells_them() {
        for (Case each : CASES) {
            var problems = new Problems();
            if (each.filesFirst()) problems.filesFirst();
            each.said().forEach(problems::add);
            each.ofFiles().forEach(problems::addOfFile);
            assertThat(problems.lines()).as(each.sentence()).containsExactly(each.lines());
        }
    }
}
