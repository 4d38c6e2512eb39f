package io.amphora.controllers.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.api.core.v1.Pod;
import io.amphora.controllers.Plans;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedPodsTest {
    private static final Instant NOW = Instant.parse("2026-03-05T10:00:00Z");

    @Test
    void a_running_pod_has_ids_of_its_containers_and_images() {
        Pod pod = running(pod("Always", "{}"));
        ContainerStatus status = pod.status().containerStatuses().getFirst();
        assertThat(status.containerID()).matches("simulated://[0-9a-f]{64}");
        assertThat(status.imageID()).matches("nginx@sha256:[0-9a-f]{64}");
        assertThat(status.ready()).isTrue();
        assertThat(pod.status().initContainerStatuses().getFirst().ready()).isTrue();
        assertThat(pod.status().initContainerStatuses().getFirst().containerID())
                .isNotEqualTo(status.containerID());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            nginx                       | nginx@sha256:
            nginx:1.29                  | nginx@sha256:
            registry:5000/team/web      | registry:5000/team/web@sha256:
            registry:5000/team/web:2    | registry:5000/team/web@sha256:
            """)
    void an_image_is_known_by_a_digest_in_its_repository(String image, String id) {
        assertThat(SimulatedPods.imageId(image)).startsWith(id).hasSize(id.length() + 64);
    }

    @Test
    void a_digest_stays() {
        assertThat(SimulatedPods.imageId("a/b@sha256:12")).isEqualTo("a/b@sha256:12");
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            Always    | {}                                              | false | 0
            OnFailure | {}                                              | true  | 300
            Never     | {}                                              | true  | 300
            Never     | {pod-complete.stage.kwok.x-k8s.io/delay: 1m30s} | true  | 90000
            Never     | {pod-complete.stage.kwok.x-k8s.io/delay: soon}  | true  | 300
            """)
    void a_pod_that_is_not_started_again_ends(String policy, String annotations, boolean ends, long millis) {
        Pod pod = running(pod(policy, annotations));
        assertThat(SimulatedPods.ends(pod)).isEqualTo(ends);
        if (ends) assertThat(SimulatedPods.end(pod, NOW)).isEqualTo(NOW.plus(Duration.ofMillis(millis)));
    }

    @Test
    void what_has_ended_is_not_ready_and_keeps_its_id() {
        Pod before = running(pod("Never", "{}"));
        Pod after = with(before, SimulatedPods.succeeded(before, NOW.plusSeconds(9)));
        ContainerStatus status = after.status().containerStatuses().getFirst();
        assertThat(after.status().phase()).isEqualTo("Succeeded");
        assertThat(status.ready()).isFalse();
        assertThat(status.state().tree().object("terminated").text("containerID"))
                .isEqualTo(before.status().containerStatuses().getFirst().containerID());
        assertThat(status.state().tree().object("terminated").text("startedAt")).isEqualTo("2026-03-05T10:00:00Z");
    }

    @Test
    void a_pod_that_a_lost_node_has_marked_becomes_ready_again() {
        Pod pod = running(pod("Always", "{}"));
        assertThat(SimulatedPods.isMarked(pod)).isFalse();
        Pod marked = with(pod, Plans.yaml("""
                phase: Running
                conditions: [{type: Ready, status: "False"}, {type: PodScheduled, status: "True"}]
                containerStatuses: [{name: c, image: nginx, imageID: "", ready: true, restartCount: 0}]
                """));
        assertThat(SimulatedPods.isMarked(marked)).isTrue();
        Pod again = with(marked, SimulatedPods.ready(marked, NOW));
        assertThat(PodFacts.isReady(again)).isTrue();
        assertThat(again.status().conditions()).hasSize(2);
    }

    @Test
    void a_pod_whose_readiness_gate_is_closed_is_not_ready_and_not_marked() {
        Pod pod = pod("Always", "{}");
        pod = Pod.of(
                pod.tree().withAt(Plans.yaml("{gates: [{conditionType: lb}]}").get("gates"), "spec", "readinessGates"));
        Pod running = running(pod);
        assertThat(PodFacts.isReady(running)).isFalse();
        assertThat(SimulatedPods.isMarked(running)).isFalse();
    }

    private static Pod running(Pod pod) {
        return with(pod, SimulatedPods.running(pod, "10.63.0.1", "10.64.0.1", NOW));
    }

    private static Pod with(Pod pod, ObjectTree status) {
        return Pod.of(pod.tree().with("status", status));
    }

    private static Pod pod(String policy, String annotations) {
        return Pod.of(Plans.yaml("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p, namespace: x, uid: u, annotations: %s}
                spec:
                  restartPolicy: %s
                  initContainers: [{name: first, image: busybox}]
                  containers: [{name: c, image: nginx}]
                """.formatted(annotations, policy)));
    }
}
