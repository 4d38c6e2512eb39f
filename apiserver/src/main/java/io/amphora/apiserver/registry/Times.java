package io.amphora.apiserver.registry;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Times as meta/v1 Time writes them: UTC, whole seconds.
public final class Times {
    private Times() {}

    public static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
