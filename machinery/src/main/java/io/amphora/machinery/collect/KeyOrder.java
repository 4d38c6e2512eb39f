package io.amphora.machinery.collect;

/// The order of keys everywhere in the cluster's state: that of their UTF-8 bytes, which is that of their code
/// points.
///
/// `String.compareTo` compares UTF-16 units and differs in one case only: a supplementary character (written as
/// surrogates, units D800 to DBFF first) against a character of E000 to FFFF. Two such units are at least 0x405
/// apart, and ordinary keys (ASCII) are at most 0x7F apart, so the fast comparison decides nearly always by
/// itself. Keys must be well-formed: a lone surrogate has no UTF-8 and no place in this order.
public final class KeyOrder {
    /// E000 minus DBFF: no smaller difference of two units can be one that UTF-16 orders wrongly.
    private static final int CLOSEST_MISORDERED = 0xE000 - 0xDBFF;

    private KeyOrder() {}

    public static int compare(String left, String right) {
        int order = left.compareTo(right);
        return order > -CLOSEST_MISORDERED && order < CLOSEST_MISORDERED ? order : compareCodePoints(left, right);
    }

    private static int compareCodePoints(String left, String right) {
        int common = Math.min(left.length(), right.length());
        for (int i = 0; i < common; i++) {
            char l = left.charAt(i);
            char r = right.charAt(i);
            if (l == r) continue;
            boolean lSurrogate = Character.isSurrogate(l);
            if (lSurrogate == Character.isSurrogate(r)) return l - r;
            if (lSurrogate) return r >= 0xE000 ? 1 : l - r;
            return l >= 0xE000 ? -1 : l - r;
        }
        return left.length() - right.length();
    }
}
