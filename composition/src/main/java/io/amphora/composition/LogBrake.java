package io.amphora.composition;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/// Keeps a logger that says more than anybody can read from filling the log: so many lines a minute, then one that
/// tells how many were left out. What makes it talk may be a stranger.
public final class LogBrake extends TurboFilter {
    public static final int LINES = 300;
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final Clock clock;
    private final Map<String, Period> periods = new HashMap<>();

    /// For logback.xml.
    public LogBrake() {
        this(Clock.system());
    }

    public LogBrake(Clock clock) {
        this.clock = clock;
    }

    private static final class Period {
        private final Deadline end;
        private int lines;

        Period(Deadline end) {
            this.end = end;
        }
    }

    /// Asked for lines that nobody wants too; those have no text or a level below the logger's.
    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String text,
            Object @Nullable [] arguments,
            @Nullable Throwable failure) {
        if (text == null || !level.isGreaterOrEqual(logger.getEffectiveLevel())) return FilterReply.NEUTRAL;
        int leftOut = count(logger.getName());
        if (leftOut < 0) return FilterReply.DENY;
        if (leftOut > 0) logger.warn("{} lines were left out here", leftOut);
        return FilterReply.NEUTRAL;
    }

    /// @return -1 for a line too many, else how many of the period before were
    private synchronized int count(String logger) {
        Period period = periods.get(logger);
        int leftOut = 0;
        if (period == null || period.end.isOver()) {
            if (period != null) leftOut = Math.max(0, period.lines - LINES);
            period = new Period(clock.deadline(PERIOD));
            periods.put(logger, period);
        }
        return ++period.lines > LINES ? -1 : leftOut;
    }
}
