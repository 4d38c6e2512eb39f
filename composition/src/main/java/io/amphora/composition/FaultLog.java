package io.amphora.composition;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import io.amphora.store.StoreException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notes what is the server's own fault: a bug with its trace, a disk that fails (as it does for every write) in one
/// line. Each kind once a minute: who found a request that fails may send it again and again, and the log may lie on
/// the disk that fails.
public final class FaultLog implements Consumer<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int KINDS = 100;

    private final Clock clock;
    private final Map<String, Quiet> quiet = new HashMap<>();

    public FaultLog(Clock clock) {
        this.clock = clock;
    }

    /// A kind that was noted.
    private static final class Quiet {
        private final Deadline until;
        private int more;

        Quiet(Deadline until) {
            this.until = until;
        }
    }

    @Override
    public void accept(Throwable failure) {
        int before = begin(kind(failure));
        if (before < 0) return;
        String more = before == 0 ? "" : " (and " + before + " more like it before)";
        if (failure instanceof StoreException) LOG.error("writes fail: {}{}", failure.getMessage(), more);
        else LOG.error("a request failed by the server's own fault{}", more, failure);
    }

    /// What failed, and where.
    private static String kind(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        boolean anywhere = failure instanceof StoreException || trace.length == 0;
        return failure.getClass().getName() + (anywhere ? "" : " " + trace[0]);
    }

    /// @return -1 for one that is not noted now, else how many were not since the last
    private synchronized int begin(String kind) {
        Quiet known = quiet.get(kind);
        if (known != null && !known.until.isOver()) {
            known.more++;
            return -1;
        }
        if (known == null && quiet.size() >= KINDS) quiet.clear();
        quiet.put(kind, new Quiet(clock.deadline(PAUSE)));
        return known == null ? 0 : known.more;
    }
}
