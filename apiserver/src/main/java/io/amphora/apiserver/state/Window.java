package io.amphora.apiserver.state;

import java.time.Duration;

/// How much of the past stays readable: what goes beyond any bound is forgotten, in memory and in the store.
///
/// @param bytes of what was written, as JSON: without this bound a few large objects that change often fill the memory
public record Window(int revisions, Duration age, long bytes) {
    /// Long enough for a client that pages through a large list or comes back after a short break; less where there is
    /// little memory.
    public static final Window USUAL = new Window(
            20_000,
            Duration.ofMinutes(10),
            Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 16));
}
