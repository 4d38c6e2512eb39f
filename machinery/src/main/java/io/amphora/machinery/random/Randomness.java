package io.amphora.machinery.random;

import java.security.SecureRandom;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// The only source of chance: identifiers, suffixes, jitter. Seeded in simulation, secure in production.
public final class Randomness {
    /// The letters of generated names: no vowels, nothing that looks like another (Kubernetes' own alphabet).
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private final RandomGenerator source;

    private Randomness(RandomGenerator source) {
        this.source = source;
    }

    public static Randomness system() {
        return new Randomness(new SecureRandom());
    }

    public static Randomness seeded(long seed) {
        return new Randomness(new Random(seed));
    }

    /// A suffix as `generateName` appends it: `length` letters that spell no words.
    public String suffix(int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) text.append(ALPHABET.charAt(source.nextInt(ALPHABET.length())));
        return text.toString();
    }

    /// A version 4 UUID (RFC 9562).
    public UUID uuid() {
        long high = (source.nextLong() & ~0xF000L) | 0x4000L;
        long low = (source.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /// A whole number from 0 up to, not including, `bound`.
    public int below(int bound) {
        return source.nextInt(bound);
    }

    /// A fraction from 0 up to, not including, 1.
    public double fraction() {
        return source.nextDouble();
    }

    public byte[] bytes(int count) {
        var bytes = new byte[count];
        source.nextBytes(bytes);
        return bytes;
    }
}
