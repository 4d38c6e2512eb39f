package io.amphora.kubelet.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Pod;
import io.amphora.machinery.tree.Yaml;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The last words of a Pod's containers together take 12 KiB at most, shared out evenly.
class TerminationTextTest {
    record Row(int inits, int containers, int wanted) {}

    @Test
    void aMessageIsCutToItsContainersShare() {
        for (var row : List.of(new Row(0, 1, 12_288), new Row(0, 3, 4096), new Row(2, 4, 2048), new Row(0, 50, 245)))
            assertThat(TerminationText.share(pod(row), "x".repeat(20_000)))
                    .as(row.toString())
                    .hasSize(row.wanted());
    }

    @Test
    void aShortMessageStaysAndNoCharacterIsCutInTwo() {
        var pod = pod(new Row(0, 50, 245));
        assertThat(TerminationText.share(pod, "goodbye")).isEqualTo("goodbye");
        String cut = TerminationText.share(pod, "ä".repeat(200));
        assertThat(cut).isEqualTo("ä".repeat(122));
        assertThat(cut.getBytes(UTF_8)).hasSize(244);
    }

    private static Pod pod(Row row) {
        var spec = new StringBuilder("{initContainers: [");
        for (int i = 0; i < row.inits(); i++) spec.append("{name: i").append(i).append("},");
        spec.append("], containers: [");
        for (int i = 0; i < row.containers(); i++)
            spec.append("{name: c").append(i).append("},");
        return Pod.of(Yaml.read("{metadata: {name: p}, spec: " + spec + "]}}").object());
    }
}
