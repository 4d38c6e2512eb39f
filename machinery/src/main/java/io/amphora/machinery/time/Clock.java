package io.amphora.machinery.time;

import java.time.Duration;
import java.time.Instant;

/// The only source of time. Production uses [#system()], tests and simulation a clock that they move.
public interface Clock {
    Instant now();

    /// The time that passed since some moment. It only goes forward, whereas somebody may set [#now] an hour back: what
    /// is waited for or measured is counted by this.
    Duration elapsed();

    /// The moment when `wait` will have passed.
    default Deadline deadline(Duration wait) {
        return new Deadline(this, elapsed().plus(wait));
    }

    /// Blocks the calling thread until `duration` of this clock's time has passed.
    void sleep(Duration duration) throws InterruptedException;

    /// Runs `task` on a virtual thread after `delay`; a delay of zero or less means at once.
    Timer after(Duration delay, Runnable task);

    /// A task that waits for its time.
    interface Timer {
        /// Keeps the task from running if it has not begun.
        void cancel();
    }

    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
