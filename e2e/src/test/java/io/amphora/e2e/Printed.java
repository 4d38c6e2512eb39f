package io.amphora.e2e;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import java.io.BufferedReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The lines that a client of a test prints, as they come.
final class Printed {
    private static final Clock CLOCK = Clock.system();
    private static final long LOOK_MILLIS = 1_000;

    private final List<String> lines = new ArrayList<>();
    private final Thread reading;

    Printed(BufferedReader from) {
        reading = Thread.ofVirtual().start(() -> from.lines().forEach(this::add));
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /// Waits for so many more than there are now, or the end.
    synchronized void awaitMore(int count) throws InterruptedException {
        int wanted = lines.size() + count;
        while (lines.size() < wanted && reading.isAlive()) wait(LOOK_MILLIS);
    }

    /// Waits until there are so many, at most that long.
    synchronized void await(int count, Duration atMost) throws InterruptedException {
        Deadline end = CLOCK.deadline(atMost);
        while (lines.size() < count && !end.isOver()) wait(LOOK_MILLIS);
    }

    void awaitEnd() throws InterruptedException {
        reading.join();
    }
}
