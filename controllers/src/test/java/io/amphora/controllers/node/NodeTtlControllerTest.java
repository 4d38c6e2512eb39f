package io.amphora.controllers.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NodeTtlControllerTest {
    private record Case(String sentence, int nodes, String said, int seconds) {}

    private static final List<Case> CASES = List.of(
            new Case("a small cluster need not wait", 3, "", 0),
            new Case("the first limit belongs to the first step", 100, "", 0),
            new Case("one node more waits", 101, "0", 15),
            new Case("going down, the longer time holds below the limit", 95, "15", 15),
            new Case("until the cluster is clearly smaller", 89, "15", 0),
            new Case("a cluster that grew unseen jumps over steps", 1_500, "0", 60),
            new Case("and one that shrank too", 10, "300", 0),
            new Case("the largest clusters wait for five minutes", 5_000, "", 300),
            new Case("what is no step counts as nothing said", 400, "soon", 15));

    @Test
    void how_long_what_was_read_may_be_kept_grows_with_the_cluster() {
        for (Case each : CASES)
            assertThat(NodeTtlController.secondsFor(each.nodes(), each.said()))
                    .as(each.sentence())
                    .isEqualTo(each.seconds());
    }
}
