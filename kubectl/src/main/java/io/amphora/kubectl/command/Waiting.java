package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/// Waits for the cluster to come to something.
final class Waiting {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration A_WEEK = Duration.ofDays(7);

    private Waiting() {}

    static void until(Session session, BooleanSupplier condition) {
        until(session, A_WEEK, condition);
    }

    /// @return false when `limit` passed first
    static boolean until(Session session, Duration limit, BooleanSupplier condition) {
        Instant end = session.clock().now().plus(limit);
        while (!condition.getAsBoolean()) {
            if (!session.clock().now().isBefore(end)) return false;
            try {
                session.clock().sleep(PAUSE);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw Failure.silent(130);
            }
        }
        return true;
    }
}
