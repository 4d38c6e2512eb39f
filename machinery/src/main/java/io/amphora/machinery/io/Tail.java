package io.amphora.machinery.io;

import java.io.OutputStream;

/// Keeps the last bytes that are written to it.
public final class Tail extends OutputStream {
    private final byte[] ring;
    private long written;

    public Tail(int most) {
        ring = new byte[most];
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        int kept = Math.min(length, ring.length);
        int source = from + length - kept;
        int at = (int) ((written + length - kept) % ring.length);
        int first = Math.min(kept, ring.length - at);
        System.arraycopy(bytes, source, ring, at, first);
        System.arraycopy(bytes, source + first, ring, 0, kept - first);
        written += length;
    }

    public byte[] bytes() {
        int length = (int) Math.min(written, ring.length);
        var bytes = new byte[length];
        int at = (int) ((written - length) % ring.length);
        int first = Math.min(length, ring.length - at);
        System.arraycopy(ring, at, bytes, 0, first);
        System.arraycopy(ring, 0, bytes, first, length - first);
        return bytes;
    }
}
