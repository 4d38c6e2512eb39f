package io.amphora.machinery.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/// Durations, counted by how long they were. Adding one takes no lock and no memory.
public final class Histogram {
    private static final double NANOS = 1e9;

    private final double[] bounds;
    private final long[] nanos;
    private final LongAdder[] counts;
    private final LongAdder sum = new LongAdder();

    /// @param bounds of the buckets in seconds, rising; one more for all that is longer comes by itself
    public Histogram(double... bounds) {
        this.bounds = bounds.clone();
        this.nanos =
                Arrays.stream(bounds).mapToLong(bound -> (long) (bound * NANOS)).toArray();
        this.counts = new LongAdder[bounds.length + 1];
        Arrays.setAll(counts, any -> new LongAdder());
    }

    public void observe(long took) {
        int bucket = 0;
        while (bucket < nanos.length && took > nanos[bucket]) bucket++;
        counts[bucket].increment();
        sum.add(took);
    }

    /// @param counts of each bucket alone
    /// @param sum in seconds
    record Figures(double[] bounds, long[] counts, double sum) {}

    Figures figures() {
        long[] now = Arrays.stream(counts).mapToLong(LongAdder::sum).toArray();
        return new Figures(bounds, now, sum.sum() / NANOS);
    }
}
