package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.e2e.TestMachine.Result;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/// What happens when things break: processes and whole nodes are killed, and the Pods' traffic goes on.
@Tag("containers")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(HoldsTest.Logs.class)
final class HoldsTest {
    private static final String EXAMPLE =
            TestMachine.REPOSITORY.resolve("examples/event-bus").toString();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static TestMachine machine;
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(TestMachine.isPossible(), "needs root, containerd, busybox-static and nftables");
        machine = TestMachine.start();
        cluster = new TestCluster(machine);
        up("-f", EXAMPLE);
    }

    /// With a cluster that soon gives a silent node up.
    private static void up(String... more) {
        var arguments = new java.util.ArrayList<>(List.of(
                "up",
                "--data",
                machine.data().toString(),
                "--node-monitor-grace-period",
                "25s",
                "--default-not-ready-toleration-seconds",
                "2",
                "--default-unreachable-toleration-seconds",
                "2"));
        arguments.addAll(List.of(more));
        Result up = machine.amphora(arguments.toArray(String[]::new));
        assertThat(up.code()).as(up.out() + up.err() + machine.logs()).isZero();
    }

    @AfterAll
    static void leave() throws IOException {
        if (machine != null) machine.close();
    }

    static final class Logs extends TestCluster.Logs {
        @Override
        TestCluster cluster() {
            return cluster;
        }
    }

    @Test
    @Order(1)
    void agent_containerd_and_server_are_killed_and_no_request_fails_and_no_container_restarts() throws Exception {
        Map<String, Long> before = restartsByPod();
        Process load = Load.start(machine, cluster.clusterIp("service-1"));
        for (String file : List.of("nodes/node-1/agent.pid", "nodes/node-1/containerd/containerd.pid", "server.pid")) {
            String pid = machine.pid(file);
            machine.run("kill", "-9", pid).ok();
            await().atMost(PATIENCE)
                    .until(() ->
                            !machine.pid(file).isEmpty() && !machine.pid(file).equals(pid));
            await().atMost(PATIENCE)
                    .until(() -> kubectl("get", "nodes").code() == 0
                            && cluster.isNodeReady("node-1")
                            && cluster.isNodeReady("node-2"));
        }
        assertThat(ended(load)).startsWith("failed 0 of ");
        assertThat(restartsByPod()).isEqualTo(before);
    }

    @Test
    @Order(2)
    void the_control_plane_is_killed_at_random_moments_and_nothing_acknowledged_is_missing() throws Exception {
        ServerKills kills = ServerKills.run(machine, cluster, "service-1", 3, 1);
        System.out.println("e2e: " + kills);
        assertThat(kills.acknowledged()).isPositive();
        assertThat(kills.missing()).isEmpty();
        assertThat(kills.astray()).isEmpty();
        assertThat(kills.load()).startsWith("failed 0 of ");
        assertThat(kills.restarts()).isEmpty();
    }

    @Test
    @Order(3)
    void a_rollout_under_load_fails_no_request() throws Exception {
        String gentle = "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"service-1\",\"lifecycle\":"
                + "{\"preStop\":{\"sleep\":{\"seconds\":2}}}}]}}}}";
        patch("service-1", gentle);
        kubectl("rollout", "status", "deployment/service-1", "--timeout=120s").ok();
        Process load = Load.start(machine, cluster.clusterIp("service-1"));
        patchImage("example/service-1:2");
        kubectl("rollout", "status", "deployment/service-1", "--timeout=120s").ok();
        kubectl("rollout", "undo", "deployment/service-1").ok();
        kubectl("rollout", "status", "deployment/service-1", "--timeout=120s").ok();
        kubectl("scale", "deployment/service-1", "--replicas=4").ok();
        kubectl("rollout", "status", "deployment/service-1", "--timeout=120s").ok();
        kubectl("scale", "deployment/service-1", "--replicas=2").ok();
        await().atMost(PATIENCE)
                .until(() -> cluster.list("pods", "app=service-1").size() == 2);
        assertThat(ended(load)).startsWith("failed 0 of ");
    }

    @Test
    @Order(4)
    void a_bad_image_stops_a_rollout_where_it_does_no_harm_and_a_paused_one_waits() throws Exception {
        Process load = Load.start(machine, cluster.clusterIp("service-1"));
        patchImage("127.0.0.1:1/missing:1");
        await().atMost(PATIENCE)
                .until(() -> pods().stream().anyMatch(pod -> waitsFor(pod).equals("ImagePullBackOff")));
        assertThat(readyPods("app=service-1")).isEqualTo(2);
        assertThat(kubectl("rollout", "status", "deployment/service-1", "--timeout=1s")
                        .code())
                .isOne();
        kubectl("rollout", "undo", "deployment/service-1").ok();
        kubectl("rollout", "status", "deployment/service-1", "--timeout=120s").ok();

        List<String> before = names("app=service-1");
        kubectl("rollout", "pause", "deployment/service-1").ok();
        patchImage("example/service-1:2");
        await().atMost(PATIENCE).until(() -> {
            ObjectTree deployment = cluster.get("deployment", "service-1");
            return deployment.object("status").whole("observedGeneration")
                    == deployment.object("metadata").whole("generation");
        });
        assertThat(names("app=service-1")).isEqualTo(before);
        kubectl("rollout", "resume", "deployment/service-1").ok();
        kubectl("rollout", "status", "deployment/service-1", "--timeout=120s").ok();
        assertThat(names("app=service-1")).doesNotContainAnyElementsOf(before);
        assertThat(ended(load)).startsWith("failed 0 of ");
    }

    @Test
    @Order(5)
    void a_lost_node_gives_its_pods_to_others_and_comes_back_clean() {
        killNode("node-2");
        await().atMost(PATIENCE).until(() -> !cluster.isNodeReady("node-2"));
        await().atMost(PATIENCE)
                .until(() -> pods().stream()
                                .filter(pod -> TestCluster.nodeOf(pod).equals("node-1") && TestCluster.isReady(pod))
                                .count()
                        == 4);
        up();
        assertThat(cluster.isNodeReady("node-2")).isTrue();
        await().atMost(PATIENCE).until(() -> pods().size() == 4);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(machine.run("sh", "-c", eachShim("node-2", "ps -o args= -p $shim"))
                                .out())
                        .isEmpty());
    }

    @Test
    @Order(6)
    void a_node_that_was_cut_off_comes_back_and_no_pod_is_there_twice_or_lost() throws Exception {
        new NetworkCut(machine, cluster, "node-2", NetworkCut.Kind.PACKETS_DROPPED, 4).run(Duration.ofSeconds(30));
    }

    @Test
    @Order(7)
    void after_a_reboot_the_same_cluster_is_there() {
        String address = cluster.clusterIp("service-1");
        machine.amphora("down", "--keep-data").ok();
        up();
        assertThat(cluster.clusterIp("service-1")).isEqualTo(address);
        await().atMost(PATIENCE).until(() -> readyPods() == 4);
        await().atMost(PATIENCE)
                .until(() -> machine.get("http://" + address + "/").startsWith("service-1"));
    }

    @Test
    @Order(8)
    void who_cannot_join_is_told_why_in_one_sentence() throws IOException {
        String token = machine.amphora("token", "create").ok().out().strip();
        String unknown = "aaaaaa." + token.substring(7);
        assertThat(join(unknown)).contains("the server does not know this token (any more)");
        kubectl("apply", "-f", machine.file("expired.yaml", """
                        apiVersion: v1
                        kind: Secret
                        type: bootstrap.kubernetes.io/token
                        metadata: {name: bootstrap-token-abcdef, namespace: kube-system}
                        stringData:
                          token-id: abcdef
                          token-secret: 0123456789abcdef
                          usage-bootstrap-authentication: "true"
                          expiration: "2026-01-01T00:00:00Z"
                        """).toString()).ok();
        assertThat(join("abcdef.0123456789abcdef" + token.substring(23)))
                .contains("the server does not know this token (any more)");
        String otherPin = token.substring(0, 24) + "0".repeat(64);
        assertThat(join(otherPin)).contains("is not the one that this token is for");
        assertThat(join("nonsense")).contains("this is no join token");
    }

    private static String join(String token) {
        Result result = machine.amphora(
                "agent",
                "--server",
                "https://172.30.77.1:6443",
                "--token",
                token,
                "--name",
                "stranger",
                "--data",
                machine.data().resolve("stranger").toString());
        assertThat(result.code()).isOne();
        assertThat(result.err().strip().lines().toList()).hasSize(1);
        return result.err();
    }

    @Test
    @Order(9)
    void an_interrupted_up_is_cleaned_by_the_next_down() throws Exception {
        machine.amphora("down").ok();
        String clean = machine.traces();
        for (int millis : List.of(700, 2500, 5000)) {
            Endurance.interruptUp(machine, millis, millis != 2500);
            machine.amphora("down").ok();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(machine.traces()).isEqualTo(clean));
        }
    }

    private static Result kubectl(String... arguments) {
        return cluster.kubectl(arguments);
    }

    private static void patchImage(String image) {
        patch(
                "service-1",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"service-1\",\"image\":\"%s\"}]}}}}"
                        .formatted(image));
    }

    private static void patch(String deployment, String patch) {
        cluster.kubectl("patch", "deployment", deployment, "-p", patch).ok();
    }

    /// Everything of it at once, as when a machine loses its power.
    private static void killNode(String node) {
        machine.run("sh", "-c", """
                        kill -9 $(cut -d ' ' -f 1 %1$s/agent.keeper) $(cut -d ' ' -f 1 %1$s/agent.pid) $(cat %1$s/containerd/containerd.pid)
                        """.formatted(run(node)) + eachShim(node, "kill -9 $(pgrep -P $shim) $shim"));
    }

    private static String run(String node) {
        return "/run/amphora/nodes/" + node;
    }

    /// A script that runs a command for each `$shim` of a node. Other clusters of this machine have the same paths, in
    /// mount namespaces of their own.
    private static String eachShim(String node, String command) {
        return """
                for shim in $(pgrep -f "[c]ontainerd-shim.*%s/"); do
                  [ "$(readlink /proc/$shim/ns/mnt)" = "$(readlink /proc/self/ns/mnt)" ] || continue
                  %s
                done
                """.formatted(run(node), command);
    }

    private static String ended(Process load) throws IOException {
        String said = Load.end(load);
        System.out.println("e2e: load: " + said);
        return said;
    }

    private static List<ObjectTree> pods() {
        return cluster.list("pods");
    }

    private static long readyPods() {
        return readyPods("");
    }

    private static long readyPods(String selector) {
        return cluster.list("pods", selector).stream()
                .filter(TestCluster::isReady)
                .count();
    }

    /// Why its container does not run yet; "" when it does.
    private static String waitsFor(ObjectTree pod) {
        return pod.object("status").list("containerStatuses").stream()
                .map(status -> status.object().object("state").object("waiting").text("reason"))
                .findFirst()
                .orElse("");
    }

    private static List<String> names(String selector) {
        return cluster.list("pods", selector).stream()
                .filter(TestCluster::isReady)
                .map(TestCluster::name)
                .sorted()
                .toList();
    }

    private static Map<String, Long> restartsByPod() {
        return pods().stream().collect(Collectors.toMap(TestCluster::name, TestCluster::restarts));
    }
}
