package io.amphora.kubelet.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.kubelet.container.ConfigError;
import io.amphora.kubelet.container.Expansion;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Small containers whose variables, expanded, would fill the agent's heap.
class ExpansionAttacksTest {
    /// @param words what one container has expanded, one after the other; each is known to the next as W
    record Attack(String sentence, String start, List<String> words) {
        @Override
        public String toString() {
            return sentence;
        }
    }

    static List<Attack> attacks() {
        String large = "x".repeat(100_000);
        return List.of(
                new Attack("variables that double 40 times are refused", "x", copies("$(W)$(W)", 40)),
                new Attack(
                        "one value that names a large one 1,000 times is refused", large, List.of("$(W)".repeat(1000))),
                new Attack("1,000 values that name a large one are refused", large, copies("$(W)", 1000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void refused(Attack attack) {
        assertThatThrownBy(() -> expand(attack))
                .isInstanceOf(ConfigError.class)
                .hasMessage("variables expand to more than 6291456 characters");
    }

    @Test
    void aFewDoublingsAreFine() throws ConfigError {
        assertThat(expand(new Attack("", "x", copies("$(W)$(W)", 10)))).isEqualTo("x".repeat(1024));
    }

    @Test
    void referencesThatDoNotEndStayAsTheyAre() throws ConfigError {
        assertThat(new Expansion().expand("a)$(b$(c", Map.of("b", "1")::get)).isEqualTo("a)$(b$(c");
    }

    private static String expand(Attack attack) throws ConfigError {
        var known = new HashMap<>(Map.of("W", attack.start));
        var expansion = new Expansion();
        for (String word : attack.words) known.put("W", expansion.expand(word, known::get));
        return known.getOrDefault("W", "");
    }

    private static List<String> copies(String word, int count) {
        return Collections.nCopies(count, word);
    }
}
