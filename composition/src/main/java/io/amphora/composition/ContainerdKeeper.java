package io.amphora.composition;

import io.amphora.machinery.time.Clock;
import io.amphora.runtime.Containerd;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has one thread that starts containerd again when it has ended. Containers run on meanwhile, each under its own
/// shim, and the new containerd finds them.
final class ContainerdKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerdKeeper.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    private final Clock clock;
    private final Thread thread;
    private Containerd containerd;

    ContainerdKeeper(Containerd running, Clock clock) {
        this.containerd = running;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("containerd-keeper").start(this::keep);
    }

    private void keep() {
        try {
            while (true) {
                clock.sleep(LOOK);
                if (!containerd.isAlive()) restart();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void restart() throws InterruptedException {
        LOG.warn("containerd has ended; starting it again");
        try {
            containerd = Containerd.start(containerd.config(), clock);
        } catch (IOException failure) {
            LOG.error("{}", failure.getMessage());
            clock.sleep(PAUSE_AFTER_FAILURE);
        }
    }

    /// Stops looking; containerd runs on.
    @Override
    public void close() {
        thread.interrupt();
    }
}
