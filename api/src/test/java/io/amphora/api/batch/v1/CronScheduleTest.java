package io.amphora.api.batch.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.random.Randomness;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
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

    /// Where clocks change by half an hour, at midnight, or twice a year around Ramadan; where a date was left out.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                0 5 4 4 *    | Australia/Lord_Howe | 2026-12-01T00:00:00Z | 2027-04-03T18:30:00Z
                15 2 * * *   | Australia/Lord_Howe | 2026-10-03T12:00:00Z | 2026-10-04T15:15:00Z
                45 1 * * *   | Australia/Lord_Howe | 2026-04-04T14:45:00Z | 2026-04-04T15:15:00Z
                0 0 * * *    | Africa/Cairo        | 2026-04-23T12:00:00Z | 2026-04-24T21:00:00Z
                0 9 24 4 *   | Africa/Cairo        | 2026-04-01T00:00:00Z | 2026-04-24T06:00:00Z
                0 0 25 4 *   | Africa/Cairo        | 2026-04-01T00:00:00Z | 2026-04-24T21:00:00Z
                30 2 * * *   | Europe/Berlin       | 2026-10-25T00:30:00Z | 2026-10-25T01:30:00Z
                0 12 30 12 * | Pacific/Apia        | 2011-12-01T00:00:00Z | 2012-12-29T22:00:00Z
                """)
    void clocksThatChange(String schedule, ZoneId zone, String after, Instant next) throws Exception {
        assertThat(next(schedule, after, zone)).contains(next);
    }

    /// The slow and simple way: look at each minute that passes.
    @Test
    void inEveryZoneItFindsTheSameTimesAsLookingAtEachMinute() throws Exception {
        var random = Randomness.seeded(33);
        for (String name : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
            ZoneId zone = ZoneId.of(name);
            List<ZonedDateTime> minutes = minutesAroundAChange(zone, random);
            for (int i = 0; i < 5; i++) compareWithEachMinute(randomSchedule(random), zone, minutes, random);
        }
    }

    private static void compareWithEachMinute(String text, ZoneId zone, List<ZonedDateTime> minutes, Randomness random)
            throws Exception {
        Instant start = minutes.getFirst().toInstant().minusNanos(1);
        Instant end = minutes.getLast().toInstant();
        List<Instant> expected = minutes.stream()
                .filter(matching(text.split(" ")))
                .map(ZonedDateTime::toInstant)
                .toList();
        CronSchedule schedule = CronSchedule.parse(text);
        String what = text + " in " + zone + " from " + start;
        assertThat(times(schedule, start, end, zone)).as(what).isEqualTo(expected);
        Instant until = start.plusSeconds(
                random.below((int) Duration.between(start, end).toSeconds()));
        assertThat(schedule.last(start, until, zone))
                .as("the last up to " + until + " of " + what)
                .isEqualTo(expected.stream().filter(at -> !at.isAfter(until)).reduce((_, later) -> later));
    }

    private static List<Instant> times(CronSchedule schedule, Instant after, Instant until, ZoneId zone) {
        var found = new ArrayList<Instant>();
        var time = schedule.next(after, zone);
        while (time.isPresent() && !time.get().isAfter(until)) {
            found.add(time.get());
            time = schedule.next(time.get(), zone);
        }
        return found;
    }

    private static List<ZonedDateTime> minutesAroundAChange(ZoneId zone, Randomness random) {
        Instant any = Instant.parse("2010-01-01T00:00:00Z").plus(Duration.ofMinutes(random.below(25 * 525_600)));
        var change = zone.getRules().nextTransition(any);
        Instant begin = change == null ? any : change.getInstant().minus(Duration.ofMinutes(random.below(2_000)));
        return Stream.iterate(begin.truncatedTo(ChronoUnit.MINUTES).atZone(zone), at -> at.plusMinutes(1))
                .limit(2_500)
                .toList();
    }

    /// Fields of `*`, of one value, or of a step.
    private static String randomSchedule(Randomness random) {
        return field(random, 0, 59) + " " + field(random, 0, 23) + " " + field(random, 1, 31) + " "
                + (random.below(4) == 0 ? field(random, 1, 12) : "*") + " " + field(random, 0, 6);
    }

    private static String field(Randomness random, int least, int most) {
        return switch (random.below(4)) {
            case 0 -> Integer.toString(least + random.below(most - least + 1));
            case 1 -> "*/" + (2 + random.below(most));
            default -> "*";
        };
    }

    private static Predicate<ZonedDateTime> matching(String[] fields) {
        boolean anyDay = fields[2].equals("*") || fields[4].equals("*");
        return at -> {
            boolean day = has(fields[2], 1, at.getDayOfMonth());
            boolean weekday = has(fields[4], 0, at.getDayOfWeek().getValue() % 7);
            return has(fields[0], 0, at.getMinute())
                    && has(fields[1], 0, at.getHour())
                    && has(fields[3], 1, at.getMonthValue())
                    && (anyDay ? day && weekday : day || weekday);
        };
    }

    private static boolean has(String field, int least, int value) {
        if (field.equals("*")) return true;
        if (field.startsWith("*/")) return (value - least) % Integer.parseInt(field.substring(2)) == 0;
        return Integer.parseInt(field) == value;
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
