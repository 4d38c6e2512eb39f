package io.amphora.apiserver.chain;

import io.amphora.apiserver.metrics.RequestSeries;
import io.amphora.apiserver.request.RequestInfo;
import io.amphora.machinery.time.Clock;
import org.jspecify.annotations.Nullable;

/// A request whose answer is measured.
///
/// @param begun by the clock's elapsed time, in nanoseconds
record Counted(RequestSeries series, boolean longRunning, Clock clock, long begun) {
    static @Nullable Counted begin(@Nullable RequestSeries series, RequestInfo info, Clock clock) {
        if (series == null) return null;
        boolean longRunning = info.isLongRunning();
        if (longRunning) series.began();
        return new Counted(series, longRunning, clock, clock.elapsed().toNanos());
    }

    void over(int code) {
        if (longRunning) series.ended();
        series.answered(code, clock.elapsed().toNanos() - begun);
    }
}
