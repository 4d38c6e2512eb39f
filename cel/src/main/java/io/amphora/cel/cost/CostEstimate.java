package io.amphora.cel.cost;

/// At least and at most, in CEL's units; counted up to [#ENDLESS], beyond which nothing is told apart.
public record CostEstimate(long min, long max) {
    public static final long ENDLESS = Long.MAX_VALUE;
    static final CostEstimate ZERO = new CostEstimate(0, 0);
    static final CostEstimate ONE = new CostEstimate(1, 1);

    static CostEstimate fixed(long cost) {
        return new CostEstimate(cost, cost);
    }

    public CostEstimate plus(CostEstimate other) {
        return new CostEstimate(SizeEstimate.sum(min, other.min), SizeEstimate.sum(max, other.max));
    }

    CostEstimate times(CostEstimate other) {
        return new CostEstimate(SizeEstimate.product(min, other.min), SizeEstimate.product(max, other.max));
    }

    CostEstimate union(CostEstimate other) {
        return new CostEstimate(Math.min(min, other.min), Math.max(max, other.max));
    }
}
