package io.amphora.cel;

import java.util.Set;

/// An expression, ready to be evaluated: a tree of nodes that keep local variables in numbered slots.
///
/// @param slots how many slots an evaluation needs; the first are those of the environment's variables
/// @param uses the environment's variables that it reads
record Program(Node root, int slots, Set<String> uses) {
    /// One part of an expression.
    @FunctionalInterface
    interface Node {
        /// @throws CelException where there is no value
        Object evaluate(Frame frame);
    }

    /// What one evaluation holds. A slot may hold a [CelException]: an error is a value until it is read.
    static final class Frame {
        final Object[] slots;
        private final long limit;
        private long cost;

        Frame(int size, long limit) {
            this.slots = new Object[size];
            this.limit = limit;
        }

        void spend(long more) {
            cost += more;
            if (cost > limit || cost < 0) throw new CelException.CostExceeded();
        }
    }

    Evaluation evaluate(long limit, Object[] values) {
        var frame = new Frame(slots, limit);
        System.arraycopy(values, 0, frame.slots, 0, values.length);
        try {
            return new Evaluation(root.evaluate(frame), null, frame.cost);
        } catch (CelException error) {
            return new Evaluation(null, error, frame.cost);
        }
    }
}
