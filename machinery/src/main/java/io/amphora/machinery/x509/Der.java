package io.amphora.machinery.x509;

import java.util.Arrays;

/// Reads DER (X.690) element by element: what lies in one element, or a whole encoding. Strict,
/// since two readers must not see two things in the same bytes: only definite lengths in their
/// shortest form, nothing left over where [#end] is said.
///
/// Whatever is malformed is an IllegalArgumentException.
public final class Der {
    public static final int INTEGER = 0x02;
    public static final int OBJECT_IDENTIFIER = 0x06;
    public static final int SEQUENCE = 0x30;
    public static final int SET = 0x31;

    private static final int LONGEST_IDENTIFIER = 128;

    private final byte[] bytes;
    private final int end;
    private int at;

    private Der(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    public static Der of(byte[] bytes) {
        return new Der(bytes, 0, bytes.length);
    }

    public boolean hasMore() {
        return at < end;
    }

    /// Nothing may be left here.
    public void end() {
        if (hasMore()) throw malformed("trailing data");
    }

    /// The tag of the next element.
    public int tag() {
        return octet(at);
    }

    /// The content of the next element, which must have this tag; moves on behind it.
    public Der next(int tag) {
        if (tag() != tag) throw malformed("tag " + tag() + " where " + tag + " is expected");
        return next();
    }

    /// The content of the next element, whatever it is; moves on behind it.
    public Der next() {
        if ((tag() & 0x1f) == 0x1f) throw malformed("a tag of more than one octet");
        int length = octet(at + 1);
        int start = at + 2;
        if (length >= 0x80) {
            int count = length & 0x7f;
            if (count == 0 || count > 3) throw malformed("the length's form");
            length = 0;
            for (int i = 0; i < count; i++) length = length << 8 | octet(start++);
            if (length < 0x80 || length >> 8 * (count - 1) == 0) throw malformed("a length that is not the shortest");
        }
        if (length > end - start) throw malformed("data truncated");
        at = start + length;
        return new Der(bytes, start, at);
    }

    /// What is left, as it is.
    public byte[] rest() {
        return Arrays.copyOfRange(bytes, at, end);
    }

    /// The next element, an object identifier, as `2.5.4.3`.
    public String nextIdentifier() {
        byte[] content = next(OBJECT_IDENTIFIER).rest();
        if (content.length == 0 || content.length > LONGEST_IDENTIFIER || content[content.length - 1] < 0)
            throw malformed("an object identifier");
        var text = new StringBuilder();
        long arc = 0;
        boolean begins = true;
        for (byte octet : content) {
            if (begins && octet == (byte) 0x80 || arc > Long.MAX_VALUE >> 8) throw malformed("an object identifier");
            arc = arc << 7 | octet & 0x7f;
            begins = octet >= 0;
            if (!begins) continue;
            if (text.isEmpty()) {
                long first = Math.min(arc / 40, 2);
                text.append(first).append('.').append(arc - 40 * first);
            } else text.append('.').append(arc);
            arc = 0;
        }
        return text.toString();
    }

    private int octet(int index) {
        if (index >= end) throw malformed("truncated tag or length");
        return bytes[index] & 0xff;
    }

    private static IllegalArgumentException malformed(String what) {
        return new IllegalArgumentException("asn1: syntax error: " + what);
    }
}
