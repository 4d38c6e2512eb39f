package io.amphora.http;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// The bytes of all answers of a server that have not reached their sockets. When they are too many, those are cut off
/// whose clients take nothing: each may hold little, but any number of clients may do so.
final class Backlog {
    /// Where nobody counts.
    static final Backlog NONE = new Backlog(Long.MAX_VALUE);

    private final long most;
    private final AtomicLong bytes = new AtomicLong();
    private final Set<Outbound> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean relieving = new AtomicBoolean();

    Backlog(long most) {
        this.most = most;
    }

    /// @param cut ends the answer and drops what is left of it, soon
    Outbound open(Runnable cut) {
        var outbound = new Outbound(this, cut);
        if (most < Long.MAX_VALUE) open.add(outbound);
        return outbound;
    }

    void forget(Outbound outbound) {
        open.remove(outbound);
    }

    void count(long more) {
        bytes.addAndGet(more);
    }

    /// Called without a lock. Who comes while another makes room goes on: that one looks again for what was counted
    /// meanwhile.
    void relieveIfOver() {
        boolean found = true;
        while (found && bytes.get() > most && relieving.compareAndSet(false, true)) {
            try {
                found = relieve();
            } finally {
                relieving.set(false);
            }
        }
    }

    /// Makes a quarter of the room, so that the next answer does not look for it again. Who has taken something since
    /// the last look is cut off only when the others were not enough.
    ///
    /// @return whether there was anybody to cut off
    private boolean relieve() {
        var order = Comparator.comparing(Outbound.Look::takes)
                .thenComparing(Outbound.Look::outstanding, Comparator.reverseOrder());
        boolean found = false;
        for (var look : open.stream().map(Outbound::look).sorted(order).toList()) {
            if (bytes.get() <= most - most / 4) return found;
            found |= look.outbound().cutOff();
        }
        return found;
    }
}
