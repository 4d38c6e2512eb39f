package io.amphora.apiserver.state;

/// The heap that an object takes, estimated from its JSON: the bytes, and a tree of them. Never much less than it is,
/// whatever a user puts into it, for the room of all is counted with it.
final class Weight {
    /// For the object itself, its place among all, and what is kept to find it.
    private static final int OBJECT = 500;

    /// A node and its places among those beside it.
    private static final int VALUE = 28;

    private static final int BRACKETS = 40;
    /// A text besides its letters. Names that stand everywhere are shared, but nobody has to use those.
    private static final int TEXT = 44;

    /// The first byte in UTF-8 of letters beyond Latin-1: one of them makes two bytes of each in its text.
    private static final int WIDE = 0xC4;

    private final byte[] json;
    private int at;
    private long weight = OBJECT;

    private Weight(byte[] json) {
        this.json = json;
        this.weight += json.length;
    }

    static long of(byte[] json) {
        return new Weight(json).measure();
    }

    private long measure() {
        while (at < json.length) {
            switch (json[at++]) {
                case '"' -> text();
                case '{', '[' -> weight += BRACKETS + VALUE;
                case ',' -> weight += VALUE;
                default -> {}
            }
        }
        return weight;
    }

    /// Up to the quote that ends it.
    private void text() {
        boolean wide = false;
        int letters = 0;
        for (; at < json.length && json[at] != '"'; at++) {
            int b = json[at] & 0xFF;
            if ((b & 0xC0) != 0x80) letters++;
            if (b >= WIDE) wide = true;
            if (b == '\\' && json[++at] == 'u') wide = true;
        }
        at++;
        weight += TEXT + (wide ? 2L : 1L) * letters;
    }
}
