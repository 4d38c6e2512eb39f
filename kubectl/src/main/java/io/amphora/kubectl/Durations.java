package io.amphora.kubectl;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Spans of time as flags give them and as Go writes them.
public final class Durations {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|h|m|s)");
    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|(" + PART.pattern() + ")+)");

    private Durations() {}

    static boolean isGo(String text) {
        return WHOLE.matcher(text).matches();
    }

    static String wrong(String text) {
        boolean unitless = text.matches("[-+]?(\\d+\\.?\\d*)");
        return unitless ? "time: missing unit in duration \"" + text + "\"" : "time: invalid duration \"" + text + "\"";
    }

    /// `30s`, `1m30s`, `500ms`.
    public static Duration of(String text) {
        if (text.isEmpty()) return Duration.ZERO;
        if (!isGo(text)) throw Failure.error(wrong(text));
        Duration sum = Duration.ZERO;
        Matcher found = PART.matcher(text);
        while (found.find()) {
            double nanos = switch (found.group(2)) {
                case "h" -> 3.6e12;
                case "m" -> 6e10;
                case "s" -> 1e9;
                case "ms" -> 1e6;
                case "ns" -> 1;
                default -> 1e3;
            };
            sum = sum.plusNanos(Math.round(Double.parseDouble(found.group(1)) * nanos));
        }
        return text.startsWith("-") ? sum.negated() : sum;
    }

    /// As [#of], or a plain number of seconds.
    public static Duration orSeconds(String text) {
        return text.matches("-?\\d+") ? Duration.ofSeconds(Long.parseLong(text)) : of(text);
    }

    /// `1m30s`, `1.5s`, `300ms`, as Go writes a duration.
    public static String show(Duration duration) {
        if (duration.isZero()) return "0s";
        if (duration.isNegative()) return "-" + show(duration.negated());
        long nanos = duration.toNanos();
        if (nanos < 1_000_000_000L) {
            if (nanos < 1_000) return nanos + "ns";
            return nanos < 1_000_000 ? decimal(nanos / 1e3) + "µs" : decimal(nanos / 1e6) + "ms";
        }
        long hours = duration.toHours();
        long minutes = duration.toMinutesPart();
        String seconds = decimal(duration.toSecondsPart() + duration.toNanosPart() / 1e9) + "s";
        if (hours > 0) return hours + "h" + minutes + "m" + seconds;
        return minutes > 0 ? minutes + "m" + seconds : seconds;
    }

    private static String decimal(double number) {
        String text = java.math.BigDecimal.valueOf(number)
                .setScale(9, java.math.RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
        return text;
    }
}
