package io.amphora.controllers.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.controllers.Action;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaintEvictionControllerTest {
    private static final Instant NOW = Instant.parse("2026-03-05T10:00:00Z");
    private final TaintEvictionController controller = new TaintEvictionController();

    /// @param after seconds from now on; 0 for at once
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            not tolerated at all                         | {key: a}                                      |                                           | 0
            tolerated for ever                           | {key: a}                                      | {key: a, operator: Exists}                |
            for a while, from now on                     | {key: a}                                      | {key: a, operator: Exists, tolerationSeconds: 60} | 60
            a taint from before the Pod came             | {key: a, timeAdded: "2026-03-05T08:00:00Z"}   | {key: a, operator: Exists, tolerationSeconds: 60} | 60
            a taint that came when the Pod was there     | {key: a, timeAdded: "2026-03-05T09:59:50Z"}   | {key: a, operator: Exists, tolerationSeconds: 60} | 50
            a taint from the future                      | {key: a, timeAdded: "2026-03-05T11:00:00Z"}   | {key: a, operator: Exists, tolerationSeconds: 60} | 60
            of two tolerations the first                 | {key: a}  | {key: a, operator: Exists}, {key: a, operator: Exists, tolerationSeconds: 60} |
            of two taints the one that ends first        | {key: a}, {key: b} | {key: a, operator: Exists, tolerationSeconds: 60}, {key: b, operator: Exists, tolerationSeconds: 5} | 5
            negative seconds are none                    | {key: a}                                      | {key: a, operator: Exists, tolerationSeconds: -1} | 0
            """)
    void a_pod_goes_when_its_patience_with_a_taint_is_over(
            String says, String taints, String tolerations, Integer after) {
        Plan plan = plan(taints, tolerations == null ? "" : tolerations, Plan.NOTHING, NOW);
        if (after == null) assertThat(plan.actions()).as(says).isEmpty();
        else if (after == 0) assertThat(plan.actions()).as(says).hasAtLeastOneElementOfType(Action.Delete.class);
        else assertThat(plan.lookAgain()).as(says).isEqualTo(NOW.plusSeconds(after));
    }

    @Test
    void each_taint_is_counted_from_when_it_was_met() {
        String tolerations =
                "{key: a, operator: Exists, tolerationSeconds: 10}, {key: b, operator: Exists, tolerationSeconds: 100}";
        Plan first = plan("{key: a}, {key: b}", tolerations, Plan.NOTHING, NOW);
        assertThat(first.lookAgain()).isEqualTo(NOW.plusSeconds(10));
        Plan second = plan("{key: b}", tolerations, first, NOW.plusSeconds(5));
        assertThat(second.lookAgain()).isEqualTo(NOW.plusSeconds(100));
        Plan third = plan("{key: a}, {key: b}", tolerations, second, NOW.plusSeconds(50));
        assertThat(third.lookAgain()).isEqualTo(NOW.plusSeconds(60));
        Plan last = plan("", tolerations, third, NOW.plusSeconds(55));
        assertThat(last.actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.Event.class,
                        event -> assertThat(event.message()).isEqualTo("Cancelling deletion of Pod ns/p"));
    }

    private Plan plan(String taints, String tolerations, Plan before, Instant now) {
        Pod pod = Pod.of(Plans.yaml("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p, namespace: ns, uid: p, creationTimestamp: "2026-03-05T09:00:00Z"}
                spec: {nodeName: one, tolerations: [%s]}
                """.formatted(tolerations)));
        Node node = Node.of(Plans.yaml("{apiVersion: v1, kind: Node, metadata: {name: one}, spec: {taints: ["
                + taints.replace("{", "{effect: NoExecute, ") + "]}}"));
        Seen seen = Seen.of(controller.watches(), Map.of(Nodes.DEFINITION, List.of(node)))
                .awaiting(before.lookAgain())
                .noting(before.notes());
        return controller.plan(pod, seen, now);
    }
}
