package io.amphora.kubectl.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TabWriterTest {
    @Test
    void a_column_is_as_wide_as_its_widest_cell() {
        assertThat(new TabWriter(6, 3).align(List.of("NAME\tAGE", "a-long-name\t1s")))
                .containsExactly("NAME          AGE", "a-long-name   1s");
    }

    @Test
    void a_column_ends_where_a_line_has_no_cell_there() {
        assertThat(new TabWriter(0, 2).align(List.of("a:\tb", "title", "longer:\tc")))
                .containsExactly("a:  b", "title", "longer:  c");
    }

    @Test
    void a_writer_that_remembers_keeps_the_columns_of_earlier_lines() {
        TabWriter writer = TabWriter.remembering(6, 3);
        writer.align(List.of("NAME\tSTATUS\tAGE"));
        assertThat(writer.align(List.of("p\tTerminating\t1s"))).containsExactly("p      Terminating   1s");
        assertThat(writer.align(List.of("p\tRunning\t1s"))).containsExactly("p      Running       1s");
    }
}
