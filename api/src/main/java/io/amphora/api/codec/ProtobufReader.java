package io.amphora.api.codec;

import io.amphora.machinery.tree.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the fields of one protobuf message, first to last. Nested messages are read by readers on the same
/// bytes.
final class ProtobufReader {
    private final byte[] bytes;
    private int at;
    private final int end;
    private final int depth;
    private int wireType;

    ProtobufReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    ProtobufReader(byte[] bytes, int from, int end) {
        this(bytes, from, end, 1);
    }

    private ProtobufReader(byte[] bytes, int from, int end, int depth) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        this.depth = depth;
    }

    /// The next field's number, 0 at the end.
    int next() {
        if (at == end) return 0;
        long tag = varint();
        wireType = (int) (tag & 7);
        int number = (int) (tag >>> 3);
        if (number <= 0) throw new DecodeException("proto: illegal tag " + number + " (wire type " + wireType + ")");
        return number;
    }

    long whole() {
        if (wireType != 0) throw wrongType();
        return varint();
    }

    /// Whether the field holds several numbers one after the other.
    boolean isPacked() {
        return wireType == 2;
    }

    boolean hasMore() {
        return at < end;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) throw truncated();
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) return value;
        }
        throw new DecodeException("proto: integer overflow");
    }

    double decimal() {
        if (wireType != 1) throw wrongType();
        int from = skipBytes(8);
        long bits = 0;
        for (int i = 7; i >= 0; i--) bits = bits << 8 | bytes[from + i] & 0xff;
        return Double.longBitsToDouble(bits);
    }

    String text() {
        int length = length();
        return new String(bytes, skipBytes(length), length, StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        int length = length();
        int from = skipBytes(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    /// A message within this one. What may be nested at all may be nested no deeper than JSON.
    ProtobufReader message() {
        if (depth == Json.DEEPEST) throw new DecodeException("proto: exceeded max depth");
        int length = length();
        int from = skipBytes(length);
        return new ProtobufReader(bytes, from, from + length, depth + 1);
    }

    /// Passes over the current field.
    void skip() {
        switch (wireType) {
            case 0 -> varint();
            case 1 -> skipBytes(8);
            case 2 -> skipBytes(length());
            case 5 -> skipBytes(4);
            default -> throw wrongType();
        }
    }

    private int length() {
        if (wireType != 2) throw wrongType();
        long length = varint();
        if (length < 0 || length > end - at) throw truncated();
        return (int) length;
    }

    private int skipBytes(int count) {
        if (count > end - at) throw truncated();
        int from = at;
        at += count;
        return from;
    }

    private DecodeException wrongType() {
        return new DecodeException("proto: wrong wireType = " + wireType);
    }

    private static DecodeException truncated() {
        return new DecodeException("unexpected EOF");
    }
}
