package io.amphora.api.batch.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronScheduleTest {
    /// A Sunday.
    private static final String START = "2026-03-01T12:00:30Z";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                * * * * *             | 2026-03-01T12:01:00Z
                */15 * * * *          | 2026-03-01T12:15:00Z
                0 9-17/4 * * *        | 2026-03-01T13:00:00Z
                30 8 * * mon-fri      | 2026-03-02T08:30:00Z
                0 0 31 * *            | 2026-03-31T00:00:00Z
                0 0 29 feb *          | 2028-02-29T00:00:00Z
                0 0 10 * tue          | 2026-03-03T00:00:00Z
                @monthly              | 2026-04-01T00:00:00Z
                @every 1h30m          | 2026-03-01T13:30:30Z
                TZ=Europe/Berlin 0 14 * * * | 2026-03-01T13:00:00Z
                0 0 */2147483647 * *  | 2026-04-01T00:00:00Z
                """)
    void tellsWhenItIsNext(String schedule, Instant next) throws Exception {
        assertThat(next(schedule, START, ZoneOffset.UTC)).contains(next);
    }

    @Test
    void hasNoTimeOnADayThatNeverComes() throws Exception {
        assertThat(next("0 0 30 2 *", START, ZoneOffset.UTC)).isEmpty();
    }

    @Test
    void passesOverAnHourThatTheClockSkips() throws Exception {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertThat(next("30 2 * * *", "2026-03-28T12:00:00Z", berlin)).contains(Instant.parse("2026-03-30T00:30:00Z"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                ''            | empty spec string
                * * *         | 'expected exactly 5 fields, found 3: [* * *]'
                60 * * * *    | end of range (60) above maximum (59): 60
                * * 0 * *     | beginning of range (0) below minimum (1): 0
                9-5 * * * *   | beginning of range (9) beyond end of range (5): 9-5
                */0 * * * *   | step of range should be a positive number: */0
                1-2-3 * * * * | too many hyphens: 1-2-3
                x * * * *     | 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'
                @often        | unrecognized descriptor: @often
                TZ=Moon * * * * * | provided bad location Moon: unknown time zone Moon
                """)
    void saysWhatIsWrong(String schedule, String message) {
        assertThatThrownBy(() -> CronSchedule.parse(schedule))
                .isInstanceOf(CronSchedule.Unreadable.class)
                .hasMessage(message);
    }

    private static Optional<Instant> next(String schedule, String after, ZoneId clock) throws Exception {
        return CronSchedule.parse(schedule).next(Instant.parse(after), clock);
    }
}
