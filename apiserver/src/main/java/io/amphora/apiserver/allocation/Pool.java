package io.amphora.apiserver.allocation;

import io.amphora.machinery.random.Randomness;
import java.util.BitSet;
import java.util.OptionalInt;

/// Numbers from 0 up to a size, each given to one owner at a time.
///
/// The first few are left to those who ask for a certain one (KEP-3070, KEP-3668): chance uses them only when
/// all others are gone. Not thread-safe.
final class Pool {
    private final BitSet taken = new BitSet();
    private final int size;
    private final int reserved;
    private final Randomness random;

    Pool(int size, int reserved, Randomness random) {
        this.size = size;
        this.reserved = Math.min(reserved, size - 1);
        this.random = random;
    }

    /// @return whether it was free
    boolean take(int number) {
        if (taken.get(number)) return false;
        taken.set(number);
        return true;
    }

    /// Takes any that is free; empty when there is none.
    OptionalInt takeAny() {
        int free = free();
        if (free < 0) return OptionalInt.empty();
        taken.set(free);
        return OptionalInt.of(free);
    }

    void release(int number) {
        taken.clear(number);
    }

    private int free() {
        int start = reserved + random.below(size - reserved);
        int free = taken.nextClearBit(start);
        if (free < size) return free;
        free = taken.nextClearBit(reserved);
        if (free < start) return free;
        free = taken.nextClearBit(0);
        return free < reserved ? free : -1;
    }
}
