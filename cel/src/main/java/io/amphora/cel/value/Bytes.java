package io.amphora.cel.value;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// CEL's `bytes`. The array is never changed.
public record Bytes(byte[] array) implements Comparable<Bytes> {
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(array, other.array);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes(var theirs) && Arrays.equals(array, theirs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }
}
