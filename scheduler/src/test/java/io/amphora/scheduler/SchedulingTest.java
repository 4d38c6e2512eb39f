package io.amphora.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Pod;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.tree.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SchedulingTest {
    private static final String NOT_HELPFUL =
            " no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";
    private static final String NO_VICTIMS =
            " no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.";

    /// @param running Pods as `node: spec`
    private record Case(String says, String pod, List<String> running, String outcome) {
        @Override
        public String toString() {
            return says;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case("a Pod without wishes goes somewhere", "{}", List.of(), "node-[012]"),
                new Case("a node selector decides", "{nodeSelector: {disk: ssd}}", List.of(), "node-1"),
                new Case(
                        "a selector that no node matches is told",
                        "{nodeSelector: {disk: tape}}",
                        List.of(),
                        "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector." + NOT_HELPFUL),
                new Case(
                        "more cpu than any node has cannot be helped by preemption",
                        "{containers: [{name: c, resources: {requests: {cpu: '5'}}}]}",
                        List.of(),
                        "0/3 nodes are available: 3 Insufficient cpu." + NOT_HELPFUL),
                new Case(
                        "full nodes without lower Pods have no victims",
                        "{containers: [{name: c, resources: {requests: {cpu: '3'}}}]}",
                        List.of(
                                "node-0: {containers: [{name: c, resources: {requests: {cpu: '2'}}}]}",
                                "node-1: {containers: [{name: c, resources: {requests: {cpu: '2'}}}]}",
                                "node-2: {containers: [{name: c, resources: {requests: {cpu: '2'}}}]}"),
                        "0/3 nodes are available: 3 Insufficient cpu." + NO_VICTIMS),
                new Case(
                        "the emptiest node is preferred",
                        "{containers: [{name: c, resources: {requests: {cpu: '1'}}}]}",
                        List.of(
                                "node-0: {containers: [{name: c, resources: {requests: {cpu: '2', memory: 4Gi}}}]}",
                                "node-2: {containers: [{name: c, resources: {requests: {cpu: '1', memory: 2Gi}}}]}"),
                        "node-1"),
                new Case(
                        "host ports clash",
                        "{nodeSelector: {disk: ssd}, containers: [{name: c, ports: [{containerPort: 80, hostPort: 80}]}]}",
                        List.of("node-1: {containers: [{name: c, ports: [{containerPort: 80, hostPort: 80}]}]}"),
                        "0/3 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 2 node(s) didn't"
                                + " match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/3 nodes are available:"
                                + " 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling."),
                new Case(
                        "a Pod of lower priority makes room",
                        "{priority: 10, nodeSelector: {disk: ssd}, containers: [{name: c, resources: {requests: {cpu: '3'}}}]}",
                        List.of("node-1: {priority: 1, containers: [{name: c, resources: {requests: {cpu: '2'}}}]}"),
                        "preempts 1 on node-1"),
                new Case(
                        "the sum of sidecars and the largest init container count",
                        "{initContainers: [{name: s, restartPolicy: Always, resources: {requests: {cpu: '2'}}},"
                                + " {name: i, resources: {requests: {cpu: '3'}}}], containers: [{name: c}]}",
                        List.of(),
                        "0/3 nodes are available: 3 Insufficient cpu." + NOT_HELPFUL));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void decides(Case each) {
        Decision decision =
                Scheduling.schedule(pod("p", each.pod()), cluster(each.running()), Map.of(), Randomness.seeded(1));
        String outcome = switch (decision) {
            case Decision.Place(var node) -> node;
            case Decision.Wait(var message) -> message;
            case Decision.Preempt(var node, var victims, var message) -> "preempts " + victims.size() + " on " + node;
        };
        if (each.outcome().startsWith("node-[")) assertThat(outcome).matches(each.outcome());
        else assertThat(outcome).isEqualTo(each.outcome());
    }

    @Test
    void ties_are_broken_by_chance_alone() {
        var places = new java.util.TreeSet<String>();
        Randomness chance = Randomness.seeded(1);
        for (int i = 0; i < 50; i++)
            if (Scheduling.schedule(pod("p", "{}"), cluster(List.of()), Map.of(), chance)
                    instanceof Decision.Place(var node)) places.add(node);
        assertThat(places).containsExactly("node-0", "node-1", "node-2");
    }

    @Test
    void a_nominated_pod_keeps_its_room_from_pods_of_lower_priority() {
        PodInfo nominated = pod("n", "{priority: 10, containers: [{name: c, resources: {requests: {cpu: '4'}}}]}");
        PodInfo low =
                pod("p", "{nodeSelector: {disk: ssd}, containers: [{name: c, resources: {requests: {cpu: '1'}}}]}");
        Decision decision = Scheduling.schedule(
                low, cluster(List.of()), Map.of("node-1", List.of(nominated)), Randomness.seeded(1));
        assertThat(decision).isInstanceOf(Decision.Wait.class);
    }

    private static Cluster cluster(List<String> running) {
        var nodes = new LinkedHashMap<String, NodeInfo>();
        for (int i = 0; i < 3; i++) {
            String name = "node-" + i;
            var pods = new ArrayList<PodInfo>();
            for (String each : running)
                if (each.startsWith(name + ": ")) pods.add(pod("r" + pods.size(), each.substring(name.length() + 2)));
            String labels = "{'kubernetes.io/hostname': '" + name + "'" + (i == 1 ? ", disk: ssd" : "") + "}";
            nodes.put(
                    name,
                    NodeInfo.of(
                            Node.of(tree("{metadata: {name: " + name + ", labels: " + labels
                                    + "}, status: {allocatable: {cpu: '4', memory: 8Gi, pods: '110'}}}")),
                            pods));
        }
        return new Cluster(nodes, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), List.of());
    }

    private static PodInfo pod(String name, String spec) {
        return PodInfo.of(Pod.of(
                tree("{metadata: {name: " + name + ", namespace: default, uid: " + name + "}, spec: " + spec + "}")));
    }

    /// YAML's flow style, without the YAML reader: names and words get their quotes.
    private static io.amphora.machinery.tree.ObjectTree tree(String flow) {
        String quoted = flow.replaceAll("'([^']*)'", "\"$1\"")
                .replaceAll("(?<![\"\\w./-])([A-Za-z][\\w.-]*)(?![\"\\w./-])", "\"$1\"")
                .replaceAll(": (\\d+Gi)", ": \"$1\"");
        return Json.read(quoted).object();
    }
}
