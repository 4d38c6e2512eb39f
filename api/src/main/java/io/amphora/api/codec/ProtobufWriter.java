package io.amphora.api.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes a protobuf message from its end to its beginning: the length that goes before a nested message is
/// known by the time it is written, so nothing is measured beforehand or moved afterwards. Fields are therefore
/// written last to first.
public final class ProtobufWriter {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;

    private byte[] buffer = new byte[1024];
    /// Where what is written so far begins.
    private int start = buffer.length;

    public byte[] toBytes() {
        return Arrays.copyOfRange(buffer, start, buffer.length);
    }

    /// How much is written; a nested message is what has been written since.
    public int mark() {
        return buffer.length - start;
    }

    /// Makes a field's message of what was written since a mark.
    public void close(int number, int mark) {
        varint(mark() - mark);
        tag(number, LENGTH);
    }

    public void text(int number, String value) {
        bytes(number, value.getBytes(StandardCharsets.UTF_8));
    }

    public void bytes(int number, byte[] value) {
        raw(value);
        varint(value.length);
        tag(number, LENGTH);
    }

    void raw(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, buffer, start, value.length);
    }

    public void whole(int number, long value) {
        varint(value);
        tag(number, VARINT);
    }

    public void bool(int number, boolean value) {
        whole(number, value ? 1 : 0);
    }

    public void decimal(int number, double value) {
        long bits = Double.doubleToRawLongBits(value);
        reserve(8);
        for (int i = 0; i < 8; i++) buffer[start + i] = (byte) (bits >>> (8 * i));
        tag(number, FIXED64);
    }

    /// A length of four bytes, the highest first, as stands before each frame of a stream.
    void frameLength() {
        int length = mark();
        reserve(4);
        for (int i = 0; i < 4; i++) buffer[start + i] = (byte) (length >>> (24 - 8 * i));
    }

    private void tag(int number, int type) {
        varint((long) number << 3 | type);
    }

    private void varint(long value) {
        int size = Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
        reserve(size);
        long rest = value;
        for (int i = 0; i < size - 1; i++) {
            buffer[start + i] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        buffer[start + size - 1] = (byte) rest;
    }

    private void reserve(int count) {
        if (count > start) {
            int written = mark();
            var larger = new byte[Math.max(buffer.length * 2, written + count)];
            System.arraycopy(buffer, start, larger, larger.length - written, written);
            buffer = larger;
            start = larger.length - written;
        }
        start -= count;
    }
}
