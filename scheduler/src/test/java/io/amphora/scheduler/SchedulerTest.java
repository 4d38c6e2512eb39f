package io.amphora.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Pod;
import io.amphora.machinery.tree.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerTest {
    /// @param metadata of the Pod now; before, it had the label a=b, ran, and asked for one cpu
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            the same                     | {labels: {a: b}}                        | 1    | Running   | false
            another annotation           | {labels: {a: b}, annotations: {c: d}}   | 1    | Running   | false
            a label is taken away        | {}                                      | 1    | Running   | true
            it asks for less             | {labels: {a: b}}                        | 500m | Running   | true
            it has finished              | {labels: {a: b}}                        | 1    | Succeeded | true
            """)
    void others_are_tried_again_when_a_bound_pod_leaves_them_room(
            String says, String metadata, String cpu, String phase, boolean matters) {
        Pod before = pod("{labels: {a: b}}", "1", "Running");
        assertThat(Scheduler.matters(before, pod(metadata, cpu, phase)))
                .as(says)
                .isEqualTo(matters);
    }

    private static Pod pod(String metadata, String cpu, String phase) {
        return Pod.of(Yaml.read("""
                apiVersion: v1
                kind: Pod
                metadata: %s
                spec: {nodeName: one, containers: [{name: c, resources: {requests: {cpu: "%s"}}}]}
                status: {phase: %s}
                """.formatted(metadata, cpu, phase)).object());
    }
}
