package io.amphora.apiserver.allocation;

import io.amphora.machinery.random.Randomness;
import java.util.OptionalInt;

/// The ports that Services open on every node. Not thread-safe.
final class PortRange {
    private final int lowest;
    private final int highest;
    private final Pool pool;

    PortRange(int lowest, int highest, Randomness random) {
        this.lowest = lowest;
        this.highest = highest;
        int size = highest - lowest + 1;
        this.pool = new Pool(size, Math.min(Math.max(16, size / 32), 128), random);
    }

    boolean contains(int port) {
        return port >= lowest && port <= highest;
    }

    /// @return whether it was free
    boolean take(int port) {
        return pool.take(port - lowest);
    }

    OptionalInt takeAny() {
        OptionalInt taken = pool.takeAny();
        return taken.isPresent() ? OptionalInt.of(taken.getAsInt() + lowest) : taken;
    }

    void release(int port) {
        if (contains(port)) pool.release(port - lowest);
    }

    @Override
    public String toString() {
        return lowest + "-" + highest;
    }
}
