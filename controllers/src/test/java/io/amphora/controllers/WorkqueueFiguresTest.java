package io.amphora.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.metrics.Exposition;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkqueueFiguresTest {
    @Test
    void a_queue_is_told_by_its_controller() {
        var figures = new WorkqueueFigures();
        figures.queued("job", 3);
        figures.worked("job", Duration.ofMillis(5), true);
        figures.worked("job", Duration.ofSeconds(2), false);
        var out = new Exposition();
        figures.writeTo(out);
        assertThat(out.text())
                .contains("workqueue_depth{name=\"job\"} 3\n")
                .contains("workqueue_retries_total{name=\"job\"} 1\n")
                .contains("workqueue_work_duration_seconds_bucket{name=\"job\",le=\"0.01\"} 1\n")
                .contains("workqueue_work_duration_seconds_sum{name=\"job\"} 2.005\n");
    }
}
