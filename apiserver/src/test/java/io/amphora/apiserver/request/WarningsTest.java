package io.amphora.apiserver.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WarningsTest {
    private final Warnings warnings = new Warnings();

    @Test
    void each_text_is_told_once_in_order() {
        warnings.addAll(List.of("b", "a", "b", ""));
        assertThat(warnings.texts()).containsExactly("b", "a");
    }

    @Test
    void one_long_text_is_told_whole_as_long_as_all_fit() {
        warnings.add("a".repeat(4_000));
        assertThat(warnings.texts()).containsExactly("a".repeat(4_000));
    }

    @Test
    void when_they_do_not_fit_each_is_cut_at_256_letters_and_the_rest_left_out() {
        for (int i = 0; i < 100; i++) warnings.add((char) ('a' + i % 26) + "" + i + "\uD83D\uDE00".repeat(300));
        assertThat(warnings.texts()).hasSize(16);
        assertThat(warnings.texts())
                .allSatisfy(text ->
                        assertThat(text.codePointCount(0, text.length())).isEqualTo(256));
    }
}
