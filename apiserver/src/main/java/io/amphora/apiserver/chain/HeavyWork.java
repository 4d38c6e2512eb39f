package io.amphora.apiserver.chain;

import java.util.concurrent.Semaphore;

/// Lets only so many large requests be computed at a time that a carrier of virtual threads is left for the small
/// ones, health checks among them. A virtual thread that computes holds its carrier until it is done: nobody takes
/// turns with it.
final class HeavyWork {
    /// Bytes of a body that take longer to decode and to check than anybody should have to wait.
    private static final int LARGE = 64 << 10;

    private final Semaphore permits = new Semaphore(Math.max(1, carriers() - 1), true);

    /// As many as there are processors, unless the JVM was started with another number. `amphora server` has two at
    /// least.
    private static int carriers() {
        return Integer.getInteger(
                "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
    }

    /// Waits until there is a permit for a body of that many bytes.
    ///
    /// @return whether it took one, which is to be given back
    boolean begin(int bytes) {
        if (bytes < LARGE) return false;
        permits.acquireUninterruptibly();
        return true;
    }

    void end() {
        permits.release();
    }
}
