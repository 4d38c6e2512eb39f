package io.amphora.controllers.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.amphora.api.autoscaling.v2.HorizontalPodAutoscalers;
import io.amphora.controllers.Action;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HorizontalPodAutoscalerControllerTest {
    private static final Instant NOW = Instant.parse("2026-03-05T10:00:00Z");

    private final HorizontalPodAutoscalerController controller = new HorizontalPodAutoscalerController();

    private record Case(int replicas, String patched, String event) {}

    @Test
    void a_workload_is_kept_between_its_bounds() {
        var table = List.of(
                new Case(
                        1,
                        "{\"spec\":{\"replicas\":2}}",
                        "New size: 2; reason: Current number of replicas below Spec.MinReplicas"),
                new Case(
                        9,
                        "{\"spec\":{\"replicas\":4}}",
                        "New size: 4; reason: Current number of replicas above Spec.MaxReplicas"));
        for (Case each : table) {
            List<Action> actions = actions(scale(each.replicas(), "app=web"));
            assertThat(actions)
                    .filteredOn(Action.Patch.class::isInstance)
                    .extracting(action -> ((Action.Patch) action).patch().toString())
                    .containsExactly(each.patched());
            assertThat(events(actions)).containsExactly(each.event());
        }
    }

    @Test
    void within_the_bounds_it_says_what_cannot_be_measured_and_changes_nothing() {
        List<Action> actions = actions(scale(3, "app=web"));
        assertThat(actions).noneMatch(Action.Patch.class::isInstance);
        assertThat(events(actions)).first().asString().startsWith("failed to get cpu utilization");
        assertThat(status(actions).status().conditions())
                .extracting(condition -> condition.type() + " " + condition.status() + " " + condition.reason())
                .containsExactly("AbleToScale True SucceededGetScale", "ScalingActive False FailedGetResourceMetric");
    }

    @Test
    void a_new_autoscaler_is_looked_at_when_a_period_has_passed() {
        HorizontalPodAutoscaler made = HorizontalPodAutoscaler.of(Plans.yaml("""
                metadata: {name: h, namespace: x, uid: h, creationTimestamp: "2026-03-05T09:59:50Z"}
                spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}, maxReplicas: 4}
                """));
        var seen = Seen.of(controller.watches(), Map.of(HorizontalPodAutoscalers.DEFINITION, List.of(made)));
        assertThat(controller.plan(made, seen, NOW)).isEqualTo(Plan.lookAgainAt(NOW.plusSeconds(5)));
        assertThat(controller.plan(made, seen, NOW.plusSeconds(5)).actions()).isNotEmpty();
    }

    @Test
    void a_workload_of_no_replicas_is_left_alone() {
        List<Action> actions = actions(scale(0, "app=web"));
        assertThat(actions).noneMatch(Action.Patch.class::isInstance);
        assertThat(status(actions).status().conditions())
                .anyMatch(condition -> condition.reason().equals("ScalingDisabled"));
    }

    private List<Action> actions(ObjectTree scale) {
        HorizontalPodAutoscaler scaler = HorizontalPodAutoscaler.of(Plans.yaml("""
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: h, namespace: x, uid: h}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}
                  minReplicas: 2
                  maxReplicas: 4
                  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
                """));
        var seen = Seen.of(controller.watches(), Map.of(HorizontalPodAutoscalers.DEFINITION, List.of(scaler)));
        return Plans.follow(
                controller.plan(scaler, seen, NOW),
                action -> new Outcome.Done(action, action instanceof Action.Read ? scale : ObjectTree.EMPTY));
    }

    private static ObjectTree scale(int replicas, String selector) {
        return ObjectTree.of(
                "spec", ObjectTree.of("replicas", replicas),
                "status", ObjectTree.of("replicas", replicas, "selector", selector));
    }

    private static List<String> events(List<Action> actions) {
        return actions.stream()
                .filter(Action.Event.class::isInstance)
                .map(action -> ((Action.Event) action).message())
                .toList();
    }

    private static HorizontalPodAutoscaler status(List<Action> actions) {
        return actions.stream()
                .filter(Action.Update.class::isInstance)
                .map(action -> (HorizontalPodAutoscaler) ((Action.Update) action).object())
                .reduce((first, last) -> last)
                .orElseThrow();
    }
}
