package io.amphora.cel.value;

/// CEL's `uint`: 64 bits without a sign.
public record Unsigned(long bits) implements Comparable<Unsigned> {
    @Override
    public int compareTo(Unsigned other) {
        return Long.compareUnsigned(bits, other.bits);
    }

    public double asDouble() {
        return bits >= 0 ? bits : Double.parseDouble(Long.toUnsignedString(bits));
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(bits);
    }
}
