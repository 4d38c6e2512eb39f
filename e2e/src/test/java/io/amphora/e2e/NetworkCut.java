package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A node that the rest of the cluster cannot reach for a while, nor it them. Its Pods run on, unseen: those of a
/// Deployment are replaced, those of a StatefulSet must not be, for nobody knows that they have ended.
final class NetworkCut {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Clock CLOCK = Clock.system();

    /// What cuts: a cable that is pulled, or a firewall that swallows everything without a word.
    enum Kind {
        LINK_DOWN,
        PACKETS_DROPPED
    }

    private final TestMachine machine;
    private final TestCluster cluster;
    private final String node;
    private final Kind kind;
    private final int pods;

    /// @param pods how many the cluster's Deployments have, all together
    NetworkCut(TestMachine machine, TestCluster cluster, String node, Kind kind, int pods) {
        this.machine = machine;
        this.cluster = cluster;
        this.node = node;
        this.kind = kind;
        this.pods = pods;
    }

    /// Cuts for at least so long, and until the cluster has given the node up; then waits until all is well again.
    ///
    /// @throws AssertionError when a Pod is there twice or gets lost
    void run(Duration length) throws IOException, InterruptedException {
        ledger();
        spread();
        ObjectTree unseen = onNode(cluster.list("pods", "app=ledger")).getFirst();
        begin();
        Deadline end = CLOCK.deadline(length);
        await().atMost(PATIENCE).until(() -> !cluster.isNodeReady(node));
        await().atMost(PATIENCE).until(() -> readyElsewhere() == pods + 1);
        do {
            assertThat(readyElsewhere()).isEqualTo(pods + 1);
            assertThat(uid(cluster.get("pod", TestCluster.name(unseen))))
                    .as("a Pod of a StatefulSet that nobody has seen end")
                    .isEqualTo(uid(unseen));
            CLOCK.sleep(Duration.ofSeconds(1));
        } while (!end.isOver());
        end();
        await().atMost(PATIENCE).until(() -> cluster.isNodeReady(node));
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<ObjectTree> all = cluster.list("pods");
            assertThat(all).hasSize(pods + 2).allMatch(TestCluster::isReady);
            assertThat(sandboxes())
                    .isEqualTo(
                            onNode(all).stream().map(NetworkCut::uid).collect(Collectors.toCollection(TreeSet::new)));
        });
        assertThat(cluster.list("pods", "app=ledger"))
                .extracting(TestCluster::name)
                .containsExactlyInAnyOrder("ledger-0", "ledger-1");
        cluster.kubectl("delete", "statefulset", "ledger").ok();
        await().atMost(PATIENCE).until(() -> cluster.list("pods").size() == pods);
    }

    /// Two Pods that must each be there at most once, on different nodes.
    private void ledger() throws IOException {
        cluster.kubectl("apply", "-f", machine.file("ledger.yaml", """
                        apiVersion: apps/v1
                        kind: StatefulSet
                        metadata: {name: ledger}
                        spec:
                          replicas: 2
                          serviceName: ledger
                          selector: {matchLabels: {app: ledger}}
                          template:
                            metadata: {labels: {app: ledger}}
                            spec:
                              terminationGracePeriodSeconds: 2
                              topologySpreadConstraints:
                              - maxSkew: 1
                                topologyKey: kubernetes.io/hostname
                                whenUnsatisfiable: DoNotSchedule
                                labelSelector: {matchLabels: {app: ledger}}
                              containers:
                              - {name: ledger, image: 'example/service-1:1'}
                        """).toString())
                .ok();
        cluster.kubectl("rollout", "status", "statefulset/ledger", "--timeout=120s")
                .ok();
    }

    /// Gives the node Pods of the Deployments too.
    private void spread() {
        for (ObjectTree each : cluster.list("deployments")) {
            String deployment = "deployment/" + TestCluster.name(each);
            cluster.kubectl("rollout", "restart", deployment).ok();
            cluster.kubectl("rollout", "status", deployment, "--timeout=120s").ok();
        }
        await().atMost(PATIENCE).until(() -> cluster.list("pods").size() == pods + 2);
        assertThat(onNode(cluster.list("pods"))).hasSizeGreaterThan(1);
    }

    private void begin() {
        switch (kind) {
            case LINK_DOWN -> machine.run("ip", "link", "set", link(), "down").ok();
            case PACKETS_DROPPED -> machine.run("nft", """
                                add table netdev cut
                                add chain netdev cut in { type filter hook ingress device "%1$s" priority 0; policy drop; }
                                add chain netdev cut out { type filter hook egress device "%1$s" priority 0; policy drop; }
                                """.formatted(link())).ok();
        }
    }

    private void end() {
        switch (kind) {
            case LINK_DOWN -> machine.run("ip", "link", "set", link(), "up").ok();
            case PACKETS_DROPPED ->
                machine.run("nft", "delete", "table", "netdev", "cut").ok();
        }
    }

    /// The node's cable, at the end that is plugged into the bridge.
    private String link() {
        return "am-" + node;
    }

    private long readyElsewhere() {
        return cluster.list("pods").stream()
                .filter(pod -> !TestCluster.nodeOf(pod).equals(node) && TestCluster.isReady(pod))
                .count();
    }

    private List<ObjectTree> onNode(List<ObjectTree> pods) {
        return pods.stream().filter(pod -> TestCluster.nodeOf(pod).equals(node)).toList();
    }

    private static String uid(ObjectTree pod) {
        return pod.object("metadata").text("uid");
    }

    /// The Pods that have containers on the node, whatever the API says.
    private Set<String> sandboxes() {
        return containerd("list", "--quiet")
                .lines()
                .map(id -> Json.read(containerd("info", id)).object().object("Labels"))
                .map(labels -> labels.text("io.kubernetes.pod.uid"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String containerd(String... arguments) {
        var command = new ArrayList<>(List.of(
                "ctr",
                "--address",
                "/run/amphora/nodes/" + node + "/containerd/containerd.sock",
                "--namespace",
                "k8s.io",
                "containers"));
        command.addAll(List.of(arguments));
        return machine.run(command).ok().out();
    }
}
