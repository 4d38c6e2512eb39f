package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/// Waits for the cluster to come to something.
final class Waiting {
    static final Duration A_WEEK = Duration.ofDays(7);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private Waiting() {}

    /// @return false when `limit` passed first
    static boolean until(Session session, Duration limit, BooleanSupplier condition) {
        Instant end = session.clock().now().plus(limit);
        while (!condition.getAsBoolean()) {
            if (!session.clock().now().isBefore(end)) return false;
            pause(session, PAUSE);
        }
        return true;
    }

    static void pause(Session session, Duration time) {
        try {
            session.clock().sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Failure.silent(130);
        }
    }

    /// A limit where zero stands for none.
    static Duration limit(Duration said) {
        return said.isZero() || said.isNegative() ? A_WEEK : said;
    }
}
