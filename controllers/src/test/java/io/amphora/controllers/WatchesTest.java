package io.amphora.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.apps.v1.ReplicaSet;
import io.amphora.api.apps.v1.ReplicaSets;
import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.policy.v1.PodDisruptionBudget;
import io.amphora.api.policy.v1.PodDisruptionBudgets;
import io.amphora.client.Target;
import io.amphora.controllers.Watches.Other;
import io.amphora.controllers.disruption.DisruptionController;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a change takes away wakes as well as what it brings.
class WatchesTest {
    @Test
    void an_object_that_changes_wakes_those_that_it_belonged_to() {
        Target<ConfigMap> maps = Target.of(ConfigMaps.DEFINITION);
        Watches<ConfigMap> watches = Watches.of(ConfigMaps.DEFINITION)
                .waking((changed, seen) ->
                        List.of(new Key(maps, "ns", changed.metadata().labels().getOrDefault("of", ""))));
        Seen seen = Seen.of(watches, Map.of());
        assertThat(watches.neighbours(labelled("left"), labelled("right"), seen))
                .containsExactly(new Key(maps, "ns", "left"), new Key(maps, "ns", "right"));
        assertThat(watches.neighbours(labelled("left"), null, seen)).containsExactly(new Key(maps, "ns", "left"));
    }

    private static ConfigMap labelled(String of) {
        return ConfigMap.of(
                Plans.yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: m, labels: {of: " + of + "}}}"));
    }

    @Test
    void a_pod_that_leaves_its_owner_or_a_budget_wakes_them() {
        Watches<ReplicaSet> sets = Watches.of(ReplicaSets.DEFINITION).owns(Pods.DEFINITION);
        assertThat(woken(sets, Pods.DEFINITION.kind(), pod("a", "r"), pod("a", ""), Seen.of(sets, Map.of())))
                .containsExactly("r");
        Watches<PodDisruptionBudget> budgets = new DisruptionController().watches();
        PodDisruptionBudget budget = PodDisruptionBudget.of(
                Plans.yaml("{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b, namespace: ns},"
                        + " spec: {selector: {matchLabels: {app: a}}}}"));
        Seen seen = Seen.of(budgets, Map.of(PodDisruptionBudgets.DEFINITION, List.of(budget)));
        assertThat(woken(budgets, "Pod", pod("a", "r"), pod("b", "r"), seen)).containsExactly("b");
    }

    @Test
    void an_owner_s_new_size_wakes_the_budgets_of_its_namespace() {
        Watches<PodDisruptionBudget> budgets = new DisruptionController().watches();
        PodDisruptionBudget budget = PodDisruptionBudget.of(
                Plans.yaml("{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b, namespace: ns}}"));
        Seen seen = Seen.of(budgets, Map.of(PodDisruptionBudgets.DEFINITION, List.of(budget)));
        assertThat(woken(budgets, "ReplicaSet", sized(3), sized(5), seen)).containsExactly("b");
        assertThat(woken(budgets, "ReplicaSet", sized(3), sized(3), seen)).isEmpty();
    }

    private static ReplicaSet sized(int replicas) {
        return ReplicaSet.of(Plans.yaml("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: r, namespace: ns},"
                + " spec: {replicas: " + replicas + "}}"));
    }

    private static Pod pod(String app, String owner) {
        String owners = owner.isEmpty()
                ? ""
                : ", ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: r, controller: true}]";
        return Pod.of(Plans.yaml("{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ns, labels: {app: " + app
                + "}" + owners + "}}"));
    }

    @SuppressWarnings("unchecked") // the kind is the objects'
    private static <O extends io.amphora.api.ApiObject> List<String> woken(
            Watches<?> watches, String kind, O before, O now, Seen seen) {
        return watches.others().stream()
                .filter(other -> other.target().gvk().kind().equals(kind))
                .flatMap(other -> ((Other<O>) other).keys(before, now, seen).stream())
                .map(Key::name)
                .distinct()
                .toList();
    }
}
