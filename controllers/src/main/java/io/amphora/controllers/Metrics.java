package io.amphora.controllers;

import java.time.Duration;

/// Where a runner tells how it fares. Called from many threads; must be quick.
public interface Metrics {
    Metrics NONE = new Metrics() {};

    /// @param took from taking the key to the end of its plan
    default void worked(String controller, Duration took, boolean failed) {}

    /// @param waiting keys that wait for a worker
    default void queued(String controller, int waiting) {}
}
