package io.amphora.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.kubelet.node.RuntimeHealth.Answer;
import io.amphora.machinery.time.testing.FakeClock;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.ContainerRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuntimeHealthTest {
    private static final Answer GOOD =
            new Answer(new ContainerRuntime.Version("containerd", "1.6", "v1"), List.of(), "");

    private final FakeClock clock = new FakeClock(Instant.EPOCH.plusSeconds(1_000_000));
    private final RuntimeHealth health = new RuntimeHealth(clock);

    @Test
    void a_runtime_that_is_started_again_is_not_taken_for_down() {
        assertThat(health.look(() -> GOOD)).isEqualTo(GOOD);
        clock.advance(RuntimeHealth.PATIENCE.minusSeconds(1));
        assertThat(health.look(RuntimeHealthTest::silence)).isEqualTo(GOOD);
        clock.advance(Duration.ofSeconds(1));
        Answer down = health.look(RuntimeHealthTest::silence);
        assertThat(down.problem()).isEqualTo("container runtime is down: no answer");
        assertThat(down.version()).as("what it was stays known").isEqualTo(GOOD.version());
        assertThat(health.look(() -> GOOD)).isEqualTo(GOOD);
    }

    @Test
    void a_runtime_that_has_never_answered_is_down() {
        assertThat(health.look(RuntimeHealthTest::silence).problem()).startsWith("container runtime is down");
    }

    private static Answer silence() {
        throw new ContainerRuntimeException(ContainerRuntimeException.Code.UNAVAILABLE, "no answer");
    }
}
