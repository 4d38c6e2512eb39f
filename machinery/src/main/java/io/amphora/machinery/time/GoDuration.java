package io.amphora.machinery.time;

import io.amphora.machinery.field.GoText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Go writes them: `1h30m`, `1.5s`, `-2ms`.
public final class GoDuration {
    private static final Pattern PART = Pattern.compile("([0-9]*)(?:(\\.)([0-9]*))?([^0-9.]*)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    private GoDuration() {}

    /// @throws IllegalArgumentException in Go's words
    public static Duration parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) return Duration.ZERO;
        if (rest.isEmpty()) throw invalid(text);
        var sum = BigDecimal.ZERO;
        Matcher part = PART.matcher(rest);
        for (int at = 0; at < rest.length(); at = part.end()) {
            part.region(at, rest.length());
            if (!part.lookingAt() || part.end() == at) throw invalid(text);
            sum = sum.add(nanos(part, text));
            if (sum.compareTo(MOST) > 0) throw invalid(text);
        }
        return Duration.ofNanos(negative ? -sum.longValue() : sum.longValue());
    }

    private static BigDecimal nanos(Matcher part, String text) {
        String fraction = part.group(3) == null ? "" : part.group(3);
        if (part.group(1).isEmpty() && fraction.isEmpty()) throw invalid(text);
        String unit = part.group(4);
        if (unit.isEmpty()) throw new IllegalArgumentException("time: missing unit in duration " + GoText.quote(text));
        Long nanos = NANOS.get(unit);
        if (nanos == null)
            throw new IllegalArgumentException(
                    "time: unknown unit " + GoText.quote(unit) + " in duration " + GoText.quote(text));
        return new BigDecimal("0" + part.group(1) + "." + fraction + "0").multiply(BigDecimal.valueOf(nanos));
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("time: invalid duration " + GoText.quote(text));
    }
}
