package io.amphora.composition;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import io.amphora.store.StoreException;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notes what is the server's own fault: a bug with its trace; a disk that fails, as it does for every write, in one
/// line a minute, for the log may lie on that disk too.
final class FaultLog implements Consumer<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Clock clock;
    private Deadline quietUntil;

    FaultLog(Clock clock) {
        this.clock = clock;
        this.quietUntil = clock.deadline(Duration.ZERO);
    }

    @Override
    public void accept(Throwable failure) {
        if (!(failure instanceof StoreException)) LOG.error("a request failed by the server's own fault", failure);
        else if (isTime()) LOG.error("writes fail: {}", failure.getMessage());
    }

    private synchronized boolean isTime() {
        if (!quietUntil.isOver()) return false;
        quietUntil = clock.deadline(PAUSE);
        return true;
    }
}
