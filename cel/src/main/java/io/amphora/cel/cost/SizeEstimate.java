package io.amphora.cel.cost;

/// How large a text, bytes, a list or a map may be: what `size()` would answer at least and at most.
public record SizeEstimate(long min, long max) {
    static final SizeEstimate UNKNOWN = new SizeEstimate(0, CostEstimate.ENDLESS);
    static final SizeEstimate ONE = new SizeEstimate(1, 1);

    public static SizeEstimate fixed(long size) {
        return new SizeEstimate(size, size);
    }

    static long sum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? CostEstimate.ENDLESS : sum;
    }

    static long product(long a, long b) {
        if (a == 0 || b == 0) return 0;
        return a > CostEstimate.ENDLESS / b ? CostEstimate.ENDLESS : a * b;
    }

    SizeEstimate plus(SizeEstimate other) {
        return new SizeEstimate(sum(min, other.min), sum(max, other.max));
    }

    SizeEstimate times(SizeEstimate other) {
        return new SizeEstimate(product(min, other.min), product(max, other.max));
    }

    SizeEstimate union(SizeEstimate other) {
        return new SizeEstimate(Math.min(min, other.min), Math.max(max, other.max));
    }

    CostEstimate times(CostEstimate cost) {
        return new CostEstimate(product(min, cost.min()), product(max, cost.max()));
    }

    CostEstimate scaled(double factor) {
        return new CostEstimate(scaled(min, factor), scaled(max, factor));
    }

    private static long scaled(long size, double factor) {
        double scaled = Math.ceil(size * factor);
        return scaled >= CostEstimate.ENDLESS ? CostEstimate.ENDLESS : (long) scaled;
    }
}
