package io.amphora.composition;

import io.amphora.machinery.time.Clock;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Tells the user what is being waited for, and for how long already.
final class Progress {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration REMINDER = Duration.ofSeconds(5);

    private final PrintStream out;
    private final Clock clock;
    private final Instant started;

    Progress(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
        this.started = clock.now();
    }

    void say(String text) {
        double seconds = Duration.between(started, clock.now()).toMillis() / 1000.0;
        out.printf("%6.1fs  %s%n", seconds, text);
        out.flush();
    }

    /// Waits for a condition and says every five seconds what is still missing.
    ///
    /// @throws UserError with what is missing when `limit` has passed
    void await(Duration limit, BooleanSupplier condition, Supplier<String> missing) {
        Instant begun = clock.now();
        Instant reminded = begun;
        while (!condition.getAsBoolean()) {
            Instant now = clock.now();
            if (Duration.between(begun, now).compareTo(limit) > 0)
                throw new UserError("gave up after " + limit.toSeconds() + " s: " + missing.get());
            if (Duration.between(reminded, now).compareTo(REMINDER) > 0) {
                say("… " + missing.get());
                reminded = now;
            }
            try {
                clock.sleep(PAUSE);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new UserError("interrupted");
            }
        }
    }
}
