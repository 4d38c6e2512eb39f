package io.amphora.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ControllersTest {
    @Test
    void a_star_is_all_and_a_minus_leaves_one_out() {
        assertThat(Set.copyOf(names("*"))).hasSize(Controllers.ALL.size());
        assertThat(Set.copyOf(names("*", "-deployment-controller")))
                .hasSize(Controllers.ALL.size() - 1)
                .doesNotContain("deployment-controller");
    }

    @Test
    void old_names_are_understood() {
        assertThat(names("deployment", "garbagecollector"))
                .containsExactly("deployment-controller", "garbage-collector-controller");
    }

    @Test
    void every_controller_bears_the_name_it_is_listed_by() {
        for (Controllers.Entry entry : Controllers.ALL)
            assertThat(entry.make().apply(TestSettings.SETTINGS))
                    .isNotEmpty()
                    .allMatch(controller -> controller.name().equals(entry.name()));
    }

    @Test
    void a_star_leaves_out_what_lacks_its_setting() {
        assertThat(Controllers.select(List.of("*"), new Settings("")))
                .extracting(Controller::name)
                .contains("deployment-controller")
                .doesNotContain("serviceaccount-token-controller", "node-ipam-controller");
    }

    @Test
    void a_controller_that_is_named_and_lacks_its_setting_is_refused() {
        for (Controllers.Entry entry : Controllers.ALL) {
            if (entry.needs().isEmpty()) continue;
            assertThatThrownBy(() -> Controllers.select(List.of("*", entry.alias()), new Settings("")))
                    .hasMessage("\"" + entry.name() + "\" cannot run: it lacks " + entry.needs());
        }
    }

    @Test
    void what_can_be_missing_is_told_of_every_controller_that_needs_it() {
        for (Controllers.Entry entry : Controllers.ALL)
            assertThat(entry.make().apply(new Settings("")).isEmpty())
                    .as(entry.name())
                    .isEqualTo(!entry.needs().isEmpty());
    }

    @Test
    void an_unknown_name_is_refused_with_those_that_are_known() {
        assertThatThrownBy(() -> names("deploy"))
                .hasMessageContaining("\"deploy\"")
                .hasMessageContaining("deployment-controller");
    }

    private static List<String> names(String... list) {
        return Controllers.select(List.of(list), TestSettings.SETTINGS).stream()
                .map(Controller::name)
                .toList();
    }
}
