package io.amphora.machinery.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "-1s, PT-1S",
        "1h30m, PT1H30M",
        "1.5s, PT1.5S",
        ".5ms, PT0.0005S",
        "3us, PT0.000003S",
        "+2s, PT2S"
    })
    void what_go_reads(String text, Duration duration) {
        assertThat(GoDuration.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({
        "abc, time: invalid duration \"abc\"",
        "-, time: invalid duration \"-\"",
        "10, time: missing unit in duration \"10\"",
        "1s5, time: missing unit in duration \"1s5\"",
        "10x, time: unknown unit \"x\" in duration \"10x\"",
        ".s, time: invalid duration \".s\"",
        "9999999999h, time: invalid duration \"9999999999h\""
    })
    void what_go_refuses(String text, String message) {
        assertThatThrownBy(() -> GoDuration.parse(text)).hasMessage(message);
    }
}
