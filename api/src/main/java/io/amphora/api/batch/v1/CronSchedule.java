package io.amphora.api.batch.v1;

import io.amphora.machinery.time.GoDuration;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A schedule in cron's form: minute, hour, day of the month, month, day of the week, or a word such as `@daily`.
///
/// ```
///   */15 8-18 * * MON-FRI     each quarter of an hour in the hours of work
///   @every 90m                each ninety minutes
/// ```
///
/// As in cron, where both days are restricted one of them is enough. As with Kubernetes, a time of the wall
/// clock that a change of clocks leaves out has no run, and one that it repeats has two.
public final class CronSchedule {
    private static final Map<String, String> WORDS = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");

    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    /// Beyond this no day matches: 30 February.
    private static final Duration LIMIT = Duration.ofDays(5 * 366);

    /// A text that is no schedule.
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String why) {
            super(why);
        }
    }

    private final Field minute;
    private final Field hour;
    private final Field day;
    private final Field month;
    private final Field weekday;
    private final @Nullable Duration every;
    private final @Nullable ZoneId zone;

    private CronSchedule(List<Field> fields, @Nullable Duration every, @Nullable ZoneId zone) {
        this.minute = fields.get(0);
        this.hour = fields.get(1);
        this.day = fields.get(2);
        this.month = fields.get(3);
        this.weekday = fields.get(4);
        this.every = every;
        this.zone = zone;
    }

    /// @throws Unreadable saying what is wrong, in the words that Kubernetes' users know
    public static CronSchedule parse(String text) throws Unreadable {
        if (text.isEmpty()) throw new Unreadable("empty spec string");
        String rest = text;
        ZoneId zone = null;
        if (rest.startsWith("TZ=") || rest.startsWith("CRON_TZ=")) {
            int space = rest.indexOf(' ');
            int end = space < 0 ? rest.length() : space;
            zone = zone(rest.substring(rest.indexOf('=') + 1, end));
            rest = rest.substring(end).strip();
        }
        if (rest.startsWith("@")) return word(rest, zone);
        return new CronSchedule(fields(rest), null, zone);
    }

    private static ZoneId zone(String name) throws Unreadable {
        if (isKnownZone(name)) return ZoneId.of(name);
        throw new Unreadable("provided bad location " + name + ": unknown time zone " + name);
    }

    /// Offsets such as `+01:00` are zones of Java's too, but have no name.
    static boolean isKnownZone(String name) {
        return name.equals("UTC") || ZoneId.getAvailableZoneIds().contains(name);
    }

    private static CronSchedule word(String word, @Nullable ZoneId zone) throws Unreadable {
        String meaning = WORDS.get(word);
        if (meaning != null) return new CronSchedule(fields(meaning), null, zone);
        if (!word.startsWith("@every ")) throw new Unreadable("unrecognized descriptor: " + word);
        return new CronSchedule(fields("* * * * *"), every(word.substring("@every ".length()), word), zone);
    }

    private static Duration every(String text, String word) throws Unreadable {
        try {
            Duration every = GoDuration.parse(text).truncatedTo(ChronoUnit.SECONDS);
            return every.isPositive() ? every : Duration.ofSeconds(1);
        } catch (IllegalArgumentException malformed) {
            throw new Unreadable("failed to parse duration " + word + ": " + malformed.getMessage());
        }
    }

    private static List<Field> fields(String text) throws Unreadable {
        String stripped = text.strip();
        List<String> parts = stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
        if (parts.size() != 5)
            throw new Unreadable(
                    "expected exactly 5 fields, found " + parts.size() + ": [" + String.join(" ", parts) + "]");
        return List.of(
                Field.parse(parts.get(0), 0, 59, List.of()),
                Field.parse(parts.get(1), 0, 23, List.of()),
                Field.parse(parts.get(2), 1, 31, List.of()),
                Field.parse(parts.get(3), 1, 12, MONTHS),
                Field.parse(parts.get(4), 0, 6, DAYS));
    }

    /// The zone that the text itself names.
    public Optional<ZoneId> zone() {
        return Optional.ofNullable(zone);
    }

    /// The first time after this one, to the second; nothing if there is none in the next five years.
    ///
    /// @param clock the zone whose clock counts where the text names none
    public Optional<Instant> next(Instant after, ZoneId clock) {
        if (every != null) return Optional.of(after.plus(every).truncatedTo(ChronoUnit.SECONDS));
        ZoneRules rules = (zone == null ? clock : zone).getRules();
        Instant begin = after.plusNanos(1);
        Instant limit = after.plus(LIMIT);
        while (begin.isBefore(limit)) {
            ZoneOffsetTransition change = rules.nextTransition(begin);
            Instant end = change == null || change.getInstant().isAfter(limit) ? limit : change.getInstant();
            Optional<Instant> time = firstBetween(begin, end, rules.getOffset(begin));
            if (time.isPresent()) return time;
            begin = end;
        }
        return Optional.empty();
    }

    /// The last time after `after` and up to `until`.
    ///
    /// @param clock the zone whose clock counts where the text names none
    public Optional<Instant> last(Instant after, Instant until, ZoneId clock) {
        if (every != null) return lastOfEvery(every, after, until);
        ZoneRules rules = (zone == null ? clock : zone).getRules();
        Instant limit = after.plusNanos(1);
        Instant end = until.plusNanos(1);
        while (limit.isBefore(end)) {
            ZoneOffsetTransition change = rules.previousTransition(end);
            Instant begin = change == null || change.getInstant().isBefore(limit) ? limit : change.getInstant();
            Optional<Instant> time = lastBetween(begin, end, rules.getOffset(begin));
            if (time.isPresent()) return time;
            end = begin;
        }
        return Optional.empty();
    }

    /// The first time from `begin` on and before `end`, between which the zone does not change its clocks.
    private Optional<Instant> firstBetween(Instant begin, Instant end, ZoneOffset offset) {
        LocalDateTime from = LocalDateTime.ofInstant(begin, offset);
        LocalDateTime to = LocalDateTime.ofInstant(end, offset);
        for (LocalDate date = from.toLocalDate(); !date.isAfter(to.toLocalDate()); date = nextDate(date)) {
            Optional<LocalDateTime> time = times(date, from, to).findFirst();
            if (time.isPresent()) return time.map(at -> at.toInstant(offset));
        }
        return Optional.empty();
    }

    /// The last time from `begin` on and before `end`, between which the zone does not change its clocks.
    private Optional<Instant> lastBetween(Instant begin, Instant end, ZoneOffset offset) {
        LocalDateTime from = LocalDateTime.ofInstant(begin, offset);
        LocalDateTime to = LocalDateTime.ofInstant(end, offset);
        for (LocalDate date = to.toLocalDate(); !date.isBefore(from.toLocalDate()); date = previousDate(date)) {
            Optional<LocalDateTime> time = times(date, from, to).reduce((_, later) -> later);
            if (time.isPresent()) return time.map(at -> at.toInstant(offset));
        }
        return Optional.empty();
    }

    private static Optional<Instant> lastOfEvery(Duration every, Instant after, Instant until) {
        Instant start = after.truncatedTo(ChronoUnit.SECONDS);
        long times = Duration.between(start, until).dividedBy(every);
        return times < 1 ? Optional.empty() : Optional.of(start.plus(every.multipliedBy(times)));
    }

    /// Months that do not count are passed over as a whole.
    private LocalDate nextDate(LocalDate date) {
        return month.has(date.getMonthValue())
                ? date.plusDays(1)
                : date.withDayOfMonth(1).plusMonths(1);
    }

    private LocalDate previousDate(LocalDate date) {
        return month.has(date.getMonthValue())
                ? date.minusDays(1)
                : date.withDayOfMonth(1).minusDays(1);
    }

    private boolean isDay(LocalDate date) {
        if (!month.has(date.getMonthValue())) return false;
        boolean ofMonth = day.has(date.getDayOfMonth());
        boolean ofWeek = weekday.has(date.getDayOfWeek().getValue() % 7);
        return day.any || weekday.any ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    /// The times of a day that lie in `[from, to)`.
    private Stream<LocalDateTime> times(LocalDate date, LocalDateTime from, LocalDateTime to) {
        if (!isDay(date)) return Stream.empty();
        return hour.values()
                .filter(h ->
                        !date.atTime(h, 59).isBefore(from) && date.atTime(h, 0).isBefore(to))
                .boxed()
                .flatMap(h -> minute.values().mapToObj(m -> date.atTime(h, m)))
                .filter(time -> !time.isBefore(from) && time.isBefore(to));
    }

    /// The values that one of the five may have.
    ///
    /// @param bits one for each value
    /// @param any whether the text was a star
    private record Field(long bits, boolean any) {
        boolean has(int value) {
            return (bits & 1L << value) != 0;
        }

        IntStream values() {
            return IntStream.range(0, Long.SIZE).filter(this::has);
        }

        static Field parse(String text, int least, int most, List<String> names) throws Unreadable {
            long bits = 0;
            boolean any = false;
            for (String range : text.split(",")) {
                if (range.isEmpty()) continue;
                Field field = range(range, least, most, names);
                bits |= field.bits;
                any |= field.any;
            }
            return new Field(bits, any);
        }

        private static Field range(String text, int least, int most, List<String> names) throws Unreadable {
            String[] rangeAndStep = text.split("/", -1);
            String[] ends = rangeAndStep[0].split("-", -1);
            boolean star = ends[0].equals("*") || ends[0].equals("?");
            int from = star ? least : value(ends[0], least, names);
            int to = star ? most : from;
            if (!star && ends.length == 2) to = value(ends[1], least, names);
            if (!star && ends.length > 2) throw new Unreadable("too many hyphens: " + text);
            if (rangeAndStep.length > 2) throw new Unreadable("too many slashes: " + text);
            int step = rangeAndStep.length == 2 ? number(rangeAndStep[1]) : 1;
            if (rangeAndStep.length == 2 && ends.length == 1) to = most;
            if (from < least)
                throw new Unreadable("beginning of range (" + from + ") below minimum (" + least + "): " + text);
            if (to > most) throw new Unreadable("end of range (" + to + ") above maximum (" + most + "): " + text);
            if (from > to)
                throw new Unreadable("beginning of range (" + from + ") beyond end of range (" + to + "): " + text);
            if (step == 0) throw new Unreadable("step of range should be a positive number: " + text);
            long bits = 0;
            for (long value = from; value <= to; value += step) bits |= 1L << value;
            return new Field(bits, star && step == 1);
        }

        private static int value(String text, int least, List<String> names) throws Unreadable {
            int name = names.indexOf(text.toLowerCase(Locale.ROOT));
            return name >= 0 ? least + name : number(text);
        }

        private static int number(String text) throws Unreadable {
            try {
                int number = Integer.parseInt(text);
                if (number < 0) throw new Unreadable("negative number (" + number + ") not allowed: " + text);
                return number;
            } catch (NumberFormatException notANumber) {
                throw new Unreadable("failed to parse int from " + text + ": strconv.Atoi: parsing \"" + text
                        + "\": invalid syntax");
            }
        }
    }
}
