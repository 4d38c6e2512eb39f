package io.amphora.kubelet.access;

import io.amphora.api.ApiException;
import io.amphora.machinery.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/// Asks the API server for a review, and again when that fails for reasons that pass: a connection that has
/// broken, a server that starts or has too much to do. A review changes nothing, so it may be asked for twice.
final class Reviews {
    /// As webhook clients of Kubernetes do: five times, with pauses that grow by half.
    private static final int TIMES = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Set<Integer> PASSING = Set.of(429, 500, 503, 504);

    private Reviews() {}

    /// @throws ApiException what it failed for last
    static <T> T ask(Clock clock, Supplier<T> review) {
        Duration pause = FIRST_PAUSE;
        for (int left = TIMES - 1; ; left--) {
            try {
                return review.get();
            } catch (ApiException failed) {
                if (left == 0 || !PASSING.contains(failed.code()) || !slept(clock, pause)) throw failed;
            }
            pause = pause.multipliedBy(3).dividedBy(2);
        }
    }

    /// @return false for who is not to wait any longer
    private static boolean slept(Clock clock, Duration pause) {
        try {
            clock.sleep(pause);
            return true;
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
