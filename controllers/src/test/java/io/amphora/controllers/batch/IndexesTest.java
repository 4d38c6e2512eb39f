package io.amphora.controllers.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexesTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0,1", "0-2", "0,2,4", "1-3,5,7,8", "0,1,3"})
    void what_is_read_is_written_the_same(String text) {
        assertThat(Indexes.text(Indexes.parse(text, 10))).isEqualTo(text);
    }

    @Test
    void three_in_a_row_are_a_range_two_are_not() {
        assertThat(Indexes.text(List.of(4, 0, 1, 2, 5))).isEqualTo("0-2,4,5");
    }

    @Test
    void what_is_beyond_the_completions_is_left_out() {
        assertThat(Indexes.parse("0-9", 3)).containsExactly(0, 1, 2);
    }
}
