package io.amphora.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            awake all the time                           | 1 2 3 4 5 6 7 8    | 0
            late, but not by much                        | 1 2 6 7            | 0
            a pause starts anew at its end               | 1 2 42 43          | 42
            of two pauses the last counts                | 1 30 31 60 61      | 60
            who judges first after a pause notices it    | 1 2 50             | 50
            two threads whose times come in wrong order  | 2 1 3              | 0
            """)
    void counts_from_the_end_of_the_last_pause(String what, String beats, long since) {
        var attention = new Attention(Duration.ZERO);
        Duration said = Duration.ZERO;
        for (String beat : beats.split(" ")) said = attention.since(Duration.ofSeconds(Long.parseLong(beat)));
        assertThat(said).as(what).isEqualTo(Duration.ofSeconds(since));
    }
}
