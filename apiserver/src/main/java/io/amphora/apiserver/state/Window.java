package io.amphora.apiserver.state;

import java.time.Duration;

/// How much of the past stays readable: what goes beyond either bound is forgotten, in memory and in the store.
public record Window(int revisions, Duration age) {
    /// Long enough for a client that pages through a large list or comes back after a short break.
    public static final Window USUAL = new Window(20_000, Duration.ofMinutes(10));
}
