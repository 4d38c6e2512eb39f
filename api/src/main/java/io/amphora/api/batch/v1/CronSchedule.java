package io.amphora.api.batch.v1;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A schedule in cron's form: minute, hour, day of the month, month, day of the week, or a word such as `@daily`.
///
/// ```
///   */15 8-18 * * MON-FRI     each quarter of an hour in the hours of work
///   @every 90m                each ninety minutes
/// ```
///
/// As in cron, where both days are restricted one of them is enough. A time that a change of clocks skips is
/// skipped,
/// one that it repeats counts once.
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
    private static final Pattern EVERY_PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)");

    /// Beyond this no day matches: 30 February.
    private static final int YEARS = 5;

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
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            throw new Unreadable("provided bad location " + name + ": unknown time zone " + name);
        }
    }

    private static CronSchedule word(String word, @Nullable ZoneId zone) throws Unreadable {
        String meaning = WORDS.get(word);
        if (meaning != null) return new CronSchedule(fields(meaning), null, zone);
        if (!word.startsWith("@every ")) throw new Unreadable("unrecognized descriptor: " + word);
        return new CronSchedule(fields("* * * * *"), every(word.substring("@every ".length()), word), zone);
    }

    private static Duration every(String text, String word) throws Unreadable {
        var part = EVERY_PART.matcher(text);
        double nanos = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            nanos += Double.parseDouble(part.group(1)) * nanos(part.group(2));
            end = part.end();
        }
        if (end == 0 || end < text.length())
            throw new Unreadable("failed to parse duration " + word + ": time: invalid duration \"" + text + "\"");
        long seconds = (long) (nanos / 1e9);
        return Duration.ofSeconds(Math.max(seconds, 1));
    }

    private static double nanos(String unit) {
        return switch (unit) {
            case "h" -> 3600e9;
            case "m" -> 60e9;
            case "s" -> 1e9;
            case "ms" -> 1e6;
            case "ns" -> 1;
            default -> 1e3;
        };
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
        ZonedDateTime time = after.atZone(zone == null ? clock : zone)
                .truncatedTo(ChronoUnit.MINUTES)
                .plusMinutes(1);
        int limit = time.getYear() + YEARS;
        while (time.getYear() <= limit) {
            if (!month.has(time.getMonthValue())) {
                time = time.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).plusMonths(1);
            } else if (!isDay(time)) {
                time = time.truncatedTo(ChronoUnit.DAYS).plusDays(1);
            } else if (!hour.has(time.getHour())) {
                time = time.truncatedTo(ChronoUnit.HOURS).plusHours(1);
            } else if (!minute.has(time.getMinute())) {
                time = time.plusMinutes(1);
            } else {
                return Optional.of(time.toInstant());
            }
        }
        return Optional.empty();
    }

    private boolean isDay(ZonedDateTime time) {
        boolean ofMonth = day.has(time.getDayOfMonth());
        boolean ofWeek = weekday.has(time.getDayOfWeek().getValue() % 7);
        return day.any || weekday.any ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    /// The values that one of the five may have.
    ///
    /// @param bits one for each value
    /// @param any whether the text was a star
    private record Field(long bits, boolean any) {
        boolean has(int value) {
            return (bits & 1L << value) != 0;
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
