package io.amphora.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.NodeCondition;
import io.amphora.runtime.Container.Resources;
import io.amphora.runtime.ContainerRuntime.Condition;
import io.amphora.runtime.ContainerRuntime.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Machine MACHINE = new Machine("m", "s", "b", "6.1", "Debian", "amd64", 2, 1L << 30, 1L << 40);

    @Test
    void aNodeWithoutNetworkIsNotReadyAndSaysWhy() {
        String problem = NodeStatuses.problem(List.of(
                new Condition("RuntimeReady", true, "", ""),
                new Condition("NetworkReady", false, "NetworkPluginNotReady", "cni plugin not initialized")));
        var ready = ready(NodeStatuses.of(node(), seen(problem), NOW).conditions());
        assertThat(ready.status()).isEqualTo("False");
        assertThat(ready.reason()).isEqualTo("KubeletNotReady");
        assertThat(ready.message())
                .isEqualTo("container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady"
                        + " message:cni plugin not initialized");
    }

    @Test
    void onlyAChangeIsATransition() {
        var first = node().withStatus(NodeStatuses.of(node(), seen(""), NOW));
        var later = NodeStatuses.of(first, seen(""), NOW.plusSeconds(60));
        assertThat(NodeStatuses.same(first.status(), later)).isTrue();
        assertThat(ready(later.conditions()).findLastTransitionTime()).hasValue(NOW);
        assertThat(ready(later.conditions()).findLastHeartbeatTime()).hasValue(NOW.plusSeconds(60));
        var broken = NodeStatuses.of(first, seen("down"), NOW.plusSeconds(60));
        assertThat(ready(broken.conditions()).findLastTransitionTime()).hasValue(NOW.plusSeconds(60));
    }

    @Test
    void whatSomebodyAdvertisedOnTheNodeCanBeRequested() {
        var told = Map.of("cpu", "64", "example.com/dongle", "4");
        var advertised = node().withStatus(node().status().withCapacity(told));
        var status = NodeStatuses.of(advertised, seen(""), NOW);
        assertThat(status.allocatable())
                .containsEntry("example.com/dongle", "4")
                .containsEntry("cpu", "2");
        assertThat(status.capacity()).isEqualTo(status.allocatable());
    }

    @Test
    void cgroupsOfBothVersionsAreSet(@TempDir Path mount) throws IOException {
        var limits = new Resources(512, 50_000, 100_000, 1 << 20, 0, Map.of());
        Files.createDirectories(mount.resolve("cpu"));
        Files.createDirectories(mount.resolve("memory"));
        Cgroups.at(mount).create("/kube/pod1", limits);
        assertThat(mount.resolve("cpu/kube/pod1/cpu.shares")).hasContent("512");
        assertThat(mount.resolve("cpu/kube/pod1/cpu.cfs_quota_us")).hasContent("50000");
        assertThat(mount.resolve("memory/kube/pod1/memory.limit_in_bytes")).hasContent("1048576");

        Files.writeString(mount.resolve("cgroup.controllers"), "cpu memory pids");
        Cgroups.at(mount).create("/kube/pod2", limits);
        assertThat(mount.resolve("kube/pod2/cpu.weight")).hasContent("20");
        assertThat(mount.resolve("kube/pod2/cpu.max")).hasContent("50000 100000");
        assertThat(mount.resolve("kube/pod2/memory.max")).hasContent("1048576");
        assertThat(mount.resolve("kube/cgroup.subtree_control")).exists();
    }

    @ParameterizedTest(name = "{0} shares weigh {1}")
    @CsvSource({"2, 1", "1024, 39", "262144, 10000", "0, 1"})
    void sharesAsAWeight(long shares, String weight) {
        assertThat(Cgroups.weight(shares)).isEqualTo(weight);
    }

    private static NodeCondition ready(List<NodeCondition> conditions) {
        return conditions.stream()
                .filter(one -> one.type().equals("Ready"))
                .findFirst()
                .orElseThrow();
    }

    private static Node node() {
        return Node.EMPTY.withMetadata(Node.EMPTY.metadata().withName("node-1"));
    }

    private static NodeStatuses.Seen seen(String problem) {
        return new NodeStatuses.Seen(
                MACHINE,
                MACHINE.capacity(110),
                List.of("10.0.0.5"),
                10250,
                "v1.36.0",
                new Version("containerd", "1.6.20", "v1"),
                List.of(),
                problem);
    }
}
