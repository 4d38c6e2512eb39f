package io.amphora.controllers.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.apps.v1.DaemonSet;
import io.amphora.controllers.Action;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Plans;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RevisionsTest {
    @Test
    void a_revision_bears_the_annotations_of_its_owner() {
        DaemonSet set = DaemonSet.of(Plans.yaml("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata:
                  name: d
                  namespace: ns
                  annotations: {deprecated.daemonset.template.generation: "1", kubernetes.io/change-cause: new}
                spec: {template: {metadata: {labels: {a: d}, annotations: {of: pods}}}}
                """));
        Plan plan = Revisions.of(set, List.of(), "hash").record(0, collisions -> Plan.NOTHING);
        var made = ((Action.Create) plan.actions().getFirst()).object();
        assertThat(made.metadata().annotations())
                .isEqualTo(
                        Map.of("deprecated.daemonset.template.generation", "1", "kubernetes.io/change-cause", "new"));
    }
}
