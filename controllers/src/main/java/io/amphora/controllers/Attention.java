package io.amphora.controllers;

import java.time.Duration;

/// Since when this process has been awake without a pause. A machine that is suspended, or has no time for us, is
/// deaf meanwhile: signs of life that came then are read late, and must not be missed.
///
/// Asked at every beat and before each judgement, so that whoever comes first after a pause notices it.
final class Attention {
    static final Duration BEAT = Duration.ofSeconds(1);

    /// So late a beat may be before it counts as a pause.
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private Duration last;
    private Duration since;

    /// @param now as a clock's `elapsed`
    Attention(Duration now) {
        last = now;
        since = now;
    }

    /// @return the end of the last pause, or the beginning
    synchronized Duration since(Duration now) {
        if (now.minus(last).compareTo(PAUSE) >= 0) since = now;
        if (now.compareTo(last) > 0) last = now;
        return since;
    }
}
