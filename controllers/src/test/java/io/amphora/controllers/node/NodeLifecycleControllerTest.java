package io.amphora.controllers.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.coordination.v1.Lease;
import io.amphora.api.coordination.v1.Leases;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Taint;
import io.amphora.controllers.Action;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeLifecycleControllerTest {
    private static final Instant NOW = Instant.parse("2026-03-05T10:00:00Z");

    private final NodeLifecycleController controller = new NodeLifecycleController();

    @Test
    void a_node_that_reported_lately_is_looked_at_again_when_its_patience_is_over() {
        Plan plan = plan(node("True", "2026-03-05T09:59:30Z"), List.of(), List.of());
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.lookAgain()).isEqualTo(Instant.parse("2026-03-05T10:00:20Z"));
    }

    @Test
    void a_lease_is_as_good_as_a_report() {
        Lease lease = Lease.of(Plans.yaml("""
                apiVersion: coordination.k8s.io/v1
                kind: Lease
                metadata: {name: one, namespace: kube-node-lease}
                spec: {renewTime: "2026-03-05T09:59:50.000000Z"}
                """));
        Plan plan = plan(node("True", "2026-03-05T09:00:00Z"), List.of(), List.of(lease));
        assertThat(plan.lookAgain()).isEqualTo(Instant.parse("2026-03-05T10:00:40Z"));
    }

    @Test
    void a_silent_node_is_unknown_and_its_ready_pods_are_not_ready() {
        Pod pod = Pod.of(Plans.yaml("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p, namespace: x, uid: p}
                spec: {nodeName: one}
                status: {conditions: [{type: Ready, status: "True"}]}
                """));
        List<Action> actions =
                Plans.whenAllGoesWell(plan(node("True", "2026-03-05T09:59:00Z"), List.of(pod), List.of()));
        assertThat(actions).hasSize(4);
        Node unknown = (Node) ((Action.Update) actions.getFirst()).object();
        assertThat(unknown.status().conditions())
                .extracting(condition -> condition.type() + " " + condition.status() + " " + condition.reason())
                .containsExactly(
                        "Ready Unknown NodeStatusUnknown",
                        "MemoryPressure Unknown NodeStatusNeverUpdated",
                        "DiskPressure Unknown NodeStatusNeverUpdated",
                        "PIDPressure Unknown NodeStatusNeverUpdated");
        assertThat(actions.get(2))
                .isInstanceOfSatisfying(
                        Action.Patch.class, patch -> assertThat(patch.name()).isEqualTo("p"));
    }

    @Test
    void conditions_are_shown_as_taints_and_others_taints_stay() {
        Node node = node("False", "2026-03-05T09:59:59Z")
                .withSpec(node("False", "")
                        .spec()
                        .withTaints(List.of(new Taint(Plans.yaml("{key: mine, effect: NoSchedule}")))));
        Node marked = (Node)
                ((Action.Update) plan(node, List.of(), List.of()).actions().getFirst()).object();
        assertThat(marked.spec().taints())
                .extracting(taint -> taint.key() + ":" + taint.effect())
                .containsExactly(
                        "mine:NoSchedule",
                        "node.kubernetes.io/not-ready:NoSchedule",
                        "node.kubernetes.io/not-ready:NoExecute");
    }

    @Test
    void when_no_node_at_all_is_ready_nobody_is_evicted() {
        Node other = Node.of(node("Unknown", "2026-03-05T09:00:00Z")
                .tree()
                .withAt(io.amphora.machinery.tree.Tree.of("other"), "metadata", "name"));
        Node node = node("False", "2026-03-05T09:59:59Z");
        var seen = Seen.of(controller.watches(), Map.of(Nodes.DEFINITION, List.of(node, other)));
        Node marked = (Node)
                ((Action.Update) controller.plan(node, seen, NOW).actions().getFirst()).object();
        assertThat(marked.spec().taints()).extracting(Taint::effect).containsExactly("NoSchedule");
    }

    private Plan plan(Node node, List<Pod> pods, List<Lease> leases) {
        var seen = Seen.of(
                controller.watches(),
                Map.of(Nodes.DEFINITION, List.of(node), Pods.DEFINITION, pods, Leases.DEFINITION, leases));
        return controller.plan(node, seen, NOW);
    }

    private static Node node(String ready, String heartbeat) {
        return Node.of(Plans.yaml("""
                apiVersion: v1
                kind: Node
                metadata: {name: one, creationTimestamp: "2026-01-01T00:00:00Z"}
                status: {conditions: [{type: Ready, status: "%s", lastHeartbeatTime: "%s"}]}
                """.formatted(ready, heartbeat)));
    }
}
