package io.amphora.controllers.replicaset;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.ApiException;
import io.amphora.api.apps.v1.ReplicaSet;
import io.amphora.api.apps.v1.ReplicaSets;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.Index;
import io.amphora.client.Snapshot;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Claims;
import io.amphora.controllers.Kindred;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReplicaSetControllerTest {
    private static final Instant NOW = Instant.parse("2026-03-05T10:00:00Z");
    private static final ReplicaSet SET = ReplicaSet.of(Plans.yaml("""
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata: {name: r, namespace: ns, uid: set, generation: 2}
            spec:
              replicas: 3
              minReadySeconds: 60
              selector: {matchLabels: {app: r}}
              template: {metadata: {labels: {app: r, full: "yes"}}, spec: {containers: [{name: c}]}}
            """));

    @Test
    void missing_pods_are_made_and_told_of() {
        List<Action> actions = Plans.follow(
                plan(pod("a", "")),
                action -> new Outcome.Done(action, ObjectTree.of("metadata", ObjectTree.of("name", "r-xyz"))));
        assertThat(actions.stream().filter(Action.Create.class::isInstance)).hasSize(2);
        assertThat(events(actions))
                .containsExactly("SuccessfulCreate Created pod: r-xyz", "SuccessfulCreate Created pod: r-xyz");
        assertThat(status(actions))
                .isEqualTo(Plans.yaml("{replicas: 1, terminatingReplicas: 0, observedGeneration: 2}"));
    }

    @Test
    void a_made_pod_has_the_template_and_its_owner() {
        Pod made = (Pod) plan().actions().stream()
                .map(action -> ((Action.Create) action).object())
                .findFirst()
                .orElseThrow();
        assertThat(made.tree()).isEqualTo(Plans.yaml("""
                apiVersion: v1
                kind: Pod
                metadata:
                  generateName: r-
                  namespace: ns
                  labels: {app: r, full: "yes"}
                  ownerReferences:
                  - {apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: set, controller: true, blockOwnerDeletion: true}
                spec: {containers: [{name: c}]}
                """));
    }

    @Test
    void of_too_many_pods_those_go_that_are_missed_least() {
        Plan plan = plan(
                pod("ready", "nodeName: x", "2026-03-05T09:00:00Z"),
                pod("unready", "nodeName: x"),
                pod("fresh", "nodeName: x", "2026-03-05T09:59:50Z"),
                pod("old", "nodeName: x", "2026-03-04T09:00:00Z"),
                pod("unbound", ""));
        assertThat(plan.actions())
                .map(action -> ((Action.Delete) action).name())
                .containsExactly("unbound", "unready");
    }

    @Test
    void ready_pods_become_available_after_their_time() {
        Plan plan = plan(
                pod("a", "nodeName: x", "2026-03-05T09:59:30Z"),
                pod("b", "nodeName: x", "2026-03-05T09:58:00Z"),
                pod("c", "nodeName: x"));
        assertThat(status(Plans.whenAllGoesWell(plan)))
                .isEqualTo(
                        Plans.yaml(
                                "{replicas: 3, readyReplicas: 2, availableReplicas: 1, terminatingReplicas: 0, observedGeneration: 2}"));
        assertThat(plan.lookAgain()).isEqualTo(Instant.parse("2026-03-05T10:00:30Z"));
    }

    @Test
    void pods_that_are_terminating_are_counted_until_they_have_finished() {
        List<Action> actions = Plans.whenAllGoesWell(
                plan(pod("a", ""), pod("b", ""), pod("c", ""), going("d", "Running"), going("e", "Failed")));
        assertThat(status(actions))
                .isEqualTo(Plans.yaml("{replicas: 3, terminatingReplicas: 1, observedGeneration: 2}"));
    }

    private static Pod going(String name, String phase) {
        var time = io.amphora.machinery.tree.Tree.of("2026-03-05T09:59:00Z");
        return Pod.of(pod(name, "")
                .tree()
                .withAt(time, "metadata", "deletionTimestamp")
                .withAt(io.amphora.machinery.tree.Tree.of(phase), "status", "phase"));
    }

    @Test
    void what_keeps_pods_from_being_made_is_a_condition() {
        List<Action> actions = Plans.follow(
                plan(),
                action -> action instanceof Action.Create
                        ? new Outcome.Failed(action, ApiException.of(403, "Forbidden", "exceeded quota"))
                        : new Outcome.Done(action, ObjectTree.EMPTY));
        assertThat(events(actions)).contains("FailedCreate Error creating: exceeded quota");
        assertThat(status(actions).list("conditions").get(0)).isEqualTo(Plans.yaml("""
                {type: ReplicaFailure, status: "True", reason: FailedCreate, message: exceeded quota,
                 lastTransitionTime: "2026-03-05T10:00:00Z"}
                """));
    }

    @Test
    void a_pod_that_nobody_controls_is_adopted_after_a_look_at_the_server() {
        Plan plan = plan(orphan("mine"));
        assertThat(plan.actions()).singleElement().isInstanceOf(Action.Read.class);
        assertThat(Plans.follow(plan, action -> new Outcome.Done(action, SET.tree())))
                .last()
                .isInstanceOfSatisfying(
                        Action.Patch.class, patch -> assertThat(patch.name()).isEqualTo("mine"));
        ObjectTree going = SET.tree().withAt(io.amphora.machinery.tree.Tree.of("now"), "metadata", "deletionTimestamp");
        assertThat(Plans.follow(plan, action -> new Outcome.Done(action, going)))
                .hasSize(1);
    }

    private static Plan plan(Pod... pods) {
        var snapshot = Snapshot.of(List.of(pods), List.of(Index.<Pod>byOwner(), Claims.<Pod>orphans()), 1);
        var sets = Snapshot.of(List.of(SET), List.of(Index.<ReplicaSet>byOwner()), 1);
        var seen = new Seen(
                Map.of(Target.of(Pods.DEFINITION), snapshot, Target.of(ReplicaSets.DEFINITION), sets),
                Kindred.BUILT_IN);
        return new ReplicaSetController().plan(SET, seen, NOW);
    }

    private static Pod pod(String name, String spec, String... readySince) {
        ObjectTree pod = Plans.yaml("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: ns
                  uid: %s
                  labels: {app: r}
                  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: set, controller: true}]
                spec: {%s}
                status: {phase: Running}
                """.formatted(name, name, spec));
        if (readySince.length == 0) return Pod.of(pod);
        return Pod.of(pod.withAt(
                Plans.yaml("{c: [{type: Ready, status: \"True\", lastTransitionTime: \"" + readySince[0] + "\"}]}")
                        .get("c"),
                "status",
                "conditions"));
    }

    private static Pod orphan(String name) {
        return Pod.of(pod(name, "").tree().withoutAt("metadata", "ownerReferences"));
    }

    private static Stream<String> events(List<Action> actions) {
        return actions.stream()
                .filter(Action.Event.class::isInstance)
                .map(Action.Event.class::cast)
                .map(event -> event.reason() + " " + event.message());
    }

    private static ObjectTree status(List<Action> actions) {
        return actions.stream()
                .filter(Action.Update.class::isInstance)
                .map(action -> ((Action.Update) action).object().tree().object("status"))
                .findFirst()
                .orElse(ObjectTree.EMPTY);
    }
}
