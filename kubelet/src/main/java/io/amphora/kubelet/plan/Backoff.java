package io.amphora.kubelet.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How long a container that keeps ending waits before its next start: not at all the first time, then 10 s,
/// doubled up
/// to
/// 5 minutes (by default), and from the start again after a run of twice the longest wait.
///
/// @param length between the end of a run and the next start
/// @param since when this wait began to hold
public record Backoff(Duration length, Instant since) {

    /// @param first, longest waits
    public record Policy(Duration first, Duration longest) {
        public static final Policy DEFAULT = new Policy(Duration.ofSeconds(10), Duration.ofMinutes(5));
    }

    /// When the run that ended at `finished` may be followed by the next one; empty for at once.
    static Optional<Instant> waitsUntil(Optional<Backoff> held, Instant finished, Policy policy) {
        return held.filter(backoff -> !backoff.isOver(finished, policy))
                .map(backoff -> finished.plus(backoff.length()));
    }

    /// What holds once a run that ended at `finished` is followed by another.
    static Backoff next(Optional<Backoff> held, Instant finished, Instant now, Policy policy) {
        var kept = held.filter(backoff -> !backoff.isOver(finished, policy));
        if (kept.isEmpty()) return new Backoff(policy.first(), now);
        var doubled = kept.get().length().multipliedBy(2);
        return new Backoff(doubled.compareTo(policy.longest()) < 0 ? doubled : policy.longest(), now);
    }

    private boolean isOver(Instant at, Policy policy) {
        return Duration.between(since, at).compareTo(policy.longest().multipliedBy(2)) > 0;
    }
}
