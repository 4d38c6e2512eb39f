package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ControllerListTest {
    @Test
    void the_scheduler_runs_unless_it_is_switched_off() {
        assertThat(ControllerList.parse("*")).isEqualTo(new ControllerList(List.of("*"), true));
        assertThat(ControllerList.parse("*,-kube-scheduler")).isEqualTo(new ControllerList(List.of("*"), false));
        assertThat(ControllerList.parse("deployment, kube-scheduler"))
                .isEqualTo(new ControllerList(List.of("deployment"), true));
    }

    @Test
    void without_the_scheduler_alone_all_controllers_run() {
        assertThat(ControllerList.parse("-kube-scheduler")).isEqualTo(new ControllerList(List.of(), false));
    }
}
