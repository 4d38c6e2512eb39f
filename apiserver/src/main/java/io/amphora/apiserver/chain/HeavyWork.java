package io.amphora.apiserver.chain;

import java.util.concurrent.Semaphore;

/// Which requests take long to compute, and how many of them may at a time. A virtual thread that computes holds its
/// carrier until it is done; so these are handled on threads of their own ([OwnThread]), with which the system takes
/// turns, and a carrier is left for the others, health checks among them, even where there is one processor.
final class HeavyWork {
    /// Bytes of a body that take longer to decode and to check than anybody should have to wait.
    private static final int LARGE = 64 << 10;

    /// What a body may weigh: 250 objects, 4,000 values.
    private static final int MOST = 4_000;

    private static final int OPENING = 16;

    private final Semaphore permits =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() - 1), true);

    /// Whether a body is large, or has many values, or may nest deeply: each level of JSON or YAML that is not told by
    /// its indentation takes one of these characters.
    static boolean isHeavy(byte[] body) {
        if (body.length >= LARGE) return true;
        if (body.length < MOST / OPENING) return false;
        int weight = 0;
        for (int i = 0; i < body.length && weight < MOST; i++)
            switch (body[i]) {
                case '{', '[', '*' -> weight += OPENING;
                case '-', '?' -> weight += i + 1 < body.length && isBlank(body[i + 1]) ? OPENING : 0;
                case ',' -> weight++;
                default -> {}
            }
        return weight >= MOST;
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\t';
    }

    /// Waits until there is a permit.
    void begin() {
        permits.acquireUninterruptibly();
    }

    void end() {
        permits.release();
    }
}
