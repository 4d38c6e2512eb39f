package io.amphora.controllers.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.coordination.v1.Leases;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Taint;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NodeLifecycleControllerTest {
    private static final Instant NOW = Instant.parse("2026-03-05T10:00:00Z");

    private static final Pod POD = Pod.of(Plans.yaml("""
            apiVersion: v1
            kind: Pod
            metadata: {name: p, namespace: x, uid: p}
            spec: {nodeName: one}
            status: {conditions: [{type: Ready, status: "True"}]}
            """));

    private final NodeLifecycleController controller = new NodeLifecycleController();

    @Test
    void a_node_that_was_heard_of_is_looked_at_again_when_its_patience_is_over() {
        Plan plan = plan(node("True"), List.of(), Duration.ofSeconds(30));
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.lookAgain()).isEqualTo(NOW.plusSeconds(20));
    }

    @Test
    void a_silent_node_is_unknown_and_its_ready_pods_are_not_ready() {
        List<Action> actions = Plans.whenAllGoesWell(plan(node("True"), List.of(POD), Duration.ofSeconds(50)));
        assertThat(actions).hasSize(5);
        Node marked = (Node) ((Action.Update) actions.getFirst()).object();
        assertThat(marked.spec().taints())
                .extracting(taint -> taint.key() + ":" + taint.effect())
                .containsExactly(
                        "node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute");
        assertThat(((Action.Update) actions.get(1)).subresource()).isEqualTo("status");
        Node unknown = (Node) ((Action.Update) actions.get(1)).object();
        assertThat(unknown.status().conditions())
                .extracting(condition -> condition.type() + " " + condition.status() + " " + condition.reason())
                .containsExactly(
                        "Ready Unknown NodeStatusUnknown",
                        "MemoryPressure Unknown NodeStatusNeverUpdated",
                        "DiskPressure Unknown NodeStatusNeverUpdated",
                        "PIDPressure Unknown NodeStatusNeverUpdated");
        assertThat(actions.get(3))
                .isInstanceOfSatisfying(
                        Action.Patch.class, patch -> assertThat(patch.name()).isEqualTo("p"));
    }

    @Test
    void what_stands_in_the_way_of_the_taints_keeps_the_node_as_it_was() {
        Plan plan = plan(node("True"), List.of(POD), Duration.ofSeconds(50));
        assertThat(Plans.follow(plan, Plans::notFound)).hasSize(1);
    }

    /// Its own silence counts, though it is seen ready until then.
    @Test
    void the_last_ready_node_that_falls_silent_evicts_nobody() {
        Node other = Node.of(node("Unknown", "2026-03-05T09:00:00Z")
                .tree()
                .withAt(io.amphora.machinery.tree.Tree.of("other"), "metadata", "name"));
        Node node = node("True");
        var seen = Seen.of(
                controller.watches(), Map.of(Nodes.DEFINITION, List.of(node, other), Pods.DEFINITION, List.of()));
        Plan plan = controller.plan(node, seen.awaiting(NOW).afterSilence(Duration.ofSeconds(50)), NOW);
        Node marked = (Node) ((Action.Update) plan.actions().getFirst()).object();
        assertThat(marked.spec().taints()).extracting(Taint::effect).containsExactly("NoSchedule");
    }

    /// As after a crash between the two.
    @Test
    void ready_pods_of_a_node_that_is_known_to_be_silent_are_not_ready_either() {
        Plan given = plan(node("True"), List.of(POD), Duration.ofSeconds(50));
        Node unknown = (Node) ((Action.Update) Plans.whenAllGoesWell(given).get(1)).object();
        List<Action> actions = Plans.whenAllGoesWell(plan(unknown, List.of(POD), Duration.ofSeconds(50)));
        assertThat(actions)
                .anySatisfy(action -> assertThat(action)
                        .isInstanceOfSatisfying(
                                Action.Patch.class,
                                patch -> assertThat(patch.name()).isEqualTo("p")));
    }

    @Test
    void heartbeats_and_leases_are_signs_of_life_and_labels_are_not() {
        var signs = Objects.requireNonNull(controller.watches().signs());
        Node earlier = node("True", "2026-03-05T09:59:30Z");
        assertThat(signs.test(earlier, node("True", "2026-03-05T09:59:40Z"))).isTrue();
        Node labelled = Node.of(earlier.tree().withAt(Plans.yaml("{a: b}"), "metadata", "labels"));
        assertThat(signs.test(earlier, labelled)).isFalse();
        assertThat(controller.watches().others())
                .filteredOn(Watches.Other::isSign)
                .extracting(Watches.Other::target)
                .isEqualTo(List.of(Target.of(Leases.DEFINITION)));
    }

    @Test
    void conditions_are_shown_as_taints_and_others_taints_stay() {
        Node node = node("False")
                .withSpec(node("False")
                        .spec()
                        .withTaints(List.of(new Taint(Plans.yaml("{key: mine, effect: NoSchedule}")))));
        Node marked = (Node)
                ((Action.Update) plan(node, List.of(), Duration.ZERO).actions().getFirst()).object();
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
        Node node = node("False");
        var seen = Seen.of(controller.watches(), Map.of(Nodes.DEFINITION, List.of(node, other)));
        Node marked = (Node) ((Action.Update)
                        controller.plan(node, seen.awaiting(NOW), NOW).actions().getFirst())
                .object();
        assertThat(marked.spec().taints()).extracting(Taint::effect).containsExactly("NoSchedule");
    }

    @Test
    void a_node_that_comes_and_one_that_goes_are_told_of_once() {
        Node node = node("True");
        var seen = Seen.of(controller.watches(), Map.of(Nodes.DEFINITION, List.of(node)));
        assertThat(told(controller.plan(node, seen, NOW)))
                .containsExactly("RegisteredNode Node one event: Registered Node one in Controller");
        assertThat(told(controller.plan(node, seen.awaiting(NOW), NOW))).isEmpty();
        var key = new Key(Target.of(Nodes.DEFINITION), "", "one");
        assertThat(told(controller.planWithout(key, seen.awaiting(NOW), NOW)))
                .containsExactly("RemovingNode Node one event: Removing Node one from Controller");
        assertThat(told(controller.planWithout(key, seen, NOW))).isEmpty();
    }

    private static List<String> told(Plan plan) {
        return Plans.whenAllGoesWell(plan).stream()
                .filter(Action.Event.class::isInstance)
                .map(Action.Event.class::cast)
                .map(event -> event.reason() + " " + event.message())
                .toList();
    }

    private Plan plan(Node node, List<Pod> pods, Duration silence) {
        var seen = Seen.of(controller.watches(), Map.of(Nodes.DEFINITION, List.of(node), Pods.DEFINITION, pods));
        return controller.plan(node, seen.awaiting(NOW).afterSilence(silence), NOW);
    }

    private static Node node(String ready) {
        return node(ready, "2026-03-05T09:00:00Z");
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
