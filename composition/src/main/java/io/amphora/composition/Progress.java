package io.amphora.composition;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Tells the user what is being waited for, and for how long already.
final class Progress {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration REMINDER = Duration.ofSeconds(5);

    private final PrintStream out;
    private final Clock clock;
    private final Duration started;

    Progress(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
        this.started = clock.elapsed();
    }

    void say(String text) {
        double seconds = clock.elapsed().minus(started).toMillis() / 1000.0;
        out.printf("%6.1fs  %s%n", seconds, text);
        out.flush();
    }

    /// Waits for a condition and says every five seconds what is still missing.
    ///
    /// @throws UserError with what is missing when `limit` has passed
    void await(Duration limit, BooleanSupplier condition, Supplier<String> missing) {
        Deadline end = clock.deadline(limit);
        Deadline reminder = clock.deadline(REMINDER);
        while (!condition.getAsBoolean()) {
            if (end.isOver()) throw new UserError("gave up after " + limit.toSeconds() + " s: " + missing.get());
            if (reminder.isOver()) {
                say("… " + missing.get());
                reminder = clock.deadline(REMINDER);
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
