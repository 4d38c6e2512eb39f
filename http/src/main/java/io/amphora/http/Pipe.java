package io.amphora.http;

import java.time.Duration;

/// A connection that a client speaks HTTP/1.1 on.
interface Pipe extends Duplex {
    /// Whether a request can be sent on it: open, as far as is known, and nothing unasked has arrived.
    boolean isQuiet();

    /// Closes at once, whatever is on its way.
    void abort();

    /// From now on a read fails when `time` is over, until [#clearDeadline].
    void deadline(Duration time);

    /// @return whether the time was over before
    boolean clearDeadline();
}
