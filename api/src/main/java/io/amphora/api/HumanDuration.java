package io.amphora.api;

import java.time.Duration;

/// Durations as tables show them: two or three significant figures, the finer unit left out as the time grows.
///
/// ```
///   under 2 min      75s           under 8 days     3d5h
///   under 10 min     5m30s         under 2 years    42d
///   under 3 h        95m           under 8 years    3y40d
///   under 8 h        5h12m         beyond           12y
///   under 2 days     31h
/// ```
public final class HumanDuration {
    private HumanDuration() {}

    /// A clock that is a little ahead gives `0s`, one that is more than two seconds ahead `<invalid>`.
    public static String of(Duration duration) {
        long seconds = duration.toMillis() / 1000;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 120) return seconds + "s";
        long minutes = seconds / 60;
        if (minutes < 10) return both(minutes, "m", seconds % 60, "s");
        if (minutes < 180) return minutes + "m";
        long hours = minutes / 60;
        if (hours < 8) return both(hours, "h", minutes % 60, "m");
        if (hours < 48) return hours + "h";
        long days = hours / 24;
        if (hours < 192) return both(days, "d", hours % 24, "h");
        if (days < 365 * 2) return days + "d";
        if (days < 365 * 8) return both(days / 365, "y", days % 365, "d");
        return days / 365 + "y";
    }

    private static String both(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
    }
}
