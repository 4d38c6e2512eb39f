package io.amphora.composition;

/// The threads that carry virtual threads.
final class Carriers {
    private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";

    private Carriers() {}

    /// A virtual thread that computes keeps its carrier. With one processor there would be one carrier, and
    /// one large request would hold up all others; with two the operating system lets them take turns. To be
    /// called before the first virtual thread is made.
    static void atLeastTwo() {
        if (Runtime.getRuntime().availableProcessors() == 1 && System.getProperty(PARALLELISM) == null)
            System.setProperty(PARALLELISM, "2");
    }
}
