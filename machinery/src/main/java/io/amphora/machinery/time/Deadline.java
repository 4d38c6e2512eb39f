package io.amphora.machinery.time;

import java.time.Duration;

/// The end of a wait, by a clock's [Clock#elapsed] time. Those of one clock can be compared.
///
/// @param at of the clock's elapsed time
public record Deadline(Clock clock, Duration at) implements Comparable<Deadline> {
    public boolean isOver() {
        return clock.elapsed().compareTo(at) >= 0;
    }

    /// Negative when it is over.
    public Duration left() {
        return at.minus(clock.elapsed());
    }

    public boolean isBefore(Deadline other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(Deadline other) {
        return at.compareTo(other.at);
    }
}
