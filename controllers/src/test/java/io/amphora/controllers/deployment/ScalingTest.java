package io.amphora.controllers.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.apps.v1.Deployment;
import io.amphora.api.apps.v1.ReplicaSet;
import io.amphora.controllers.Action;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Plans;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScalingTest {
    /// @param sets size and availability of each, oldest first, the newest last: `3/2`; `3/8of10` for a status of
    ///     when it had ten Pods, of which eight were available
    /// @param max what the sets were last measured by
    record Case(
            String says,
            int wanted,
            String surge,
            String unavailable,
            String sets,
            int max,
            Step step,
            String becomes) {
        @Override
        public String toString() {
            return says;
        }
    }

    enum Step {
        NEWEST,
        OLD,
        ALL
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        "a new set gets what the surge leaves room for",
                        10,
                        "25%",
                        "25%",
                        "10/10 0/0",
                        13,
                        Step.NEWEST,
                        "10 3"),
                new Case("a set that is too large shrinks at once", 2, "1", "1", "5/5", 3, Step.NEWEST, "2"),
                new Case(
                        "without surge nothing is added before something is gone",
                        3,
                        "0",
                        "1",
                        "3/3 0/0",
                        3,
                        Step.NEWEST,
                        ""),
                new Case("as many go as may be unavailable", 10, "0", "25%", "10/10 0/0", 10, Step.OLD, "8 0"),
                new Case("new pods that are not available keep old ones", 4, "1", "1", "3/3 2/0", 5, Step.OLD, ""),
                new Case(
                        "pods that are not available go first, from the oldest set",
                        4,
                        "1",
                        "1",
                        "2/0 2/2 1/1",
                        5,
                        Step.OLD,
                        "0 2 1"),
                new Case(
                        "unavailability of nothing with a surge of nothing means one",
                        3,
                        "0",
                        "0",
                        "3/3 0/0",
                        3,
                        Step.OLD,
                        "2 0"),
                new Case("a scaled deployment scales its only set", 7, "25%", "25%", "3/3", 4, Step.ALL, "7"),
                new Case("when the newest does all the work the others go", 3, "1", "1", "1/1 3/3", 4, Step.ALL, "0 3"),
                new Case("in a rollout each set grows by its share", 20, "3", "2", "8/8 5/2", 13, Step.ALL, "14 9"),
                new Case("in a rollout each set shrinks by its share", 5, "3", "2", "8/8 5/2", 13, Step.ALL, "5 3"),
                new Case(
                        "after a scaling down, Pods that are about to go are not counted as available",
                        5,
                        "3",
                        "2",
                        "5/8of8 3/0of5",
                        8,
                        Step.OLD,
                        "3 3"),
                new Case(
                        "of Pods that are about to go any may be those that are available",
                        3,
                        "2",
                        "0",
                        "3/5of7 2/0",
                        5,
                        Step.OLD,
                        ""),
                new Case(
                        "a newest that is about to shrink is not yet known to do all the work",
                        3,
                        "1",
                        "1",
                        "1/1 3/3of5",
                        4,
                        Step.ALL,
                        "1 3"),
                new Case("scaled to nothing all go", 0, "1", "1", "2/2 1/1", 4, Step.ALL, "0 0"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sets_are_sized_as_kubernetes_does(Case each) {
        Rollout rollout = rollout(each);
        Plan plan = switch (each.step()) {
            case NEWEST -> Scaling.newest(rollout);
            case OLD -> Scaling.old(rollout);
            case ALL -> Scaling.all(rollout);
        };
        var sizes = new TreeMap<String, Integer>();
        for (ReplicaSet set : rollout.all()) sizes.put(set.name(), Rollout.size(set));
        for (Action action : plan.actions())
            sizes.put(((Action.Update) action).object().name(), Rollout.size((ReplicaSet)
                    ((Action.Update) action).object()));
        String becomes =
                String.join(" ", sizes.values().stream().map(String::valueOf).toList());
        if (each.becomes().isEmpty()) assertThat(plan.actions()).isEmpty();
        else assertThat(becomes).isEqualTo(each.becomes());
    }

    @ParameterizedTest
    @CsvSource({"25%,10,true,3", "25%,10,false,2", "0%,10,true,0", "100%,3,false,3", "1%,1,true,1"})
    void a_percentage_of_surge_is_rounded_up_and_of_unavailability_down(
            String percent, int whole, boolean up, int count) {
        assertThat(Rollout.count(Tree.of(percent), whole, up)).isEqualTo(count);
    }

    private static Rollout rollout(Case each) {
        Deployment deployment =
                Deployment.of(Plans.yaml("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: d, namespace: ns, uid: d}
                spec:
                  replicas: %d
                  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: %s, maxUnavailable: %s}}
                  template: {metadata: {labels: {v: new}}}
                """.formatted(each.wanted(), each.surge(), each.unavailable())));
        var sets = new ArrayList<ReplicaSet>();
        String[] sizes = each.sets().split(" ");
        for (int i = 0; i < sizes.length; i++) {
            String[] size = sizes[i].split("/|of");
            sets.add(ReplicaSet.of(Plans.yaml("""
                    apiVersion: apps/v1
                    kind: ReplicaSet
                    metadata:
                      name: s%d
                      namespace: ns
                      generation: 2
                      creationTimestamp: "2026-01-0%dT00:00:00Z"
                      annotations:
                        deployment.kubernetes.io/desired-replicas: "%s"
                        deployment.kubernetes.io/max-replicas: "%d"
                    spec: {replicas: %s, template: {metadata: {labels: {v: %s}}}}
                    status: {availableReplicas: %s, replicas: %s, observedGeneration: %d}
                    """.formatted(
                            i,
                            i + 1,
                            size[0],
                            each.max(),
                            size[0],
                            i == sizes.length - 1 ? "new" : "old" + i,
                            size[1],
                            size.length > 2 ? size[2] : size[0],
                            size.length > 2 ? 1 : 2))));
        }
        return Rollout.of(deployment, deployment, sets);
    }
}
