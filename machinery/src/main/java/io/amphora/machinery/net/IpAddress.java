package io.amphora.machinery.net;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address is the IPv4 address it stands for, as everywhere in
/// Kubernetes.
public final class IpAddress implements Comparable<IpAddress> {
    private final byte[] bytes;

    private IpAddress(byte[] bytes) {
        this.bytes = bytes;
    }

    /// @param bytes 4 or 16, in network order
    public static IpAddress of(byte[] bytes) {
        if (bytes.length != 4 && bytes.length != 16)
            throw new IllegalArgumentException(bytes.length + " bytes are no address");
        boolean mapped = bytes.length == 16 && mapped(bytes);
        return new IpAddress(mapped ? Arrays.copyOfRange(bytes, 12, 16) : bytes.clone());
    }

    /// What Kubernetes has always accepted: zeros before the numbers of an IPv4 address, IPv4-mapped addresses.
    /// Null
    /// for everything that is no address.
    public static @Nullable IpAddress parse(String text) {
        byte[] bytes = text.indexOf(':') >= 0 ? v6(text) : v4(text, 0);
        return bytes == null ? null : of(bytes);
    }

    /// Whether a text that is an address is written without needless zeros in an IPv4 part.
    static boolean hasLeadingZeros(String text) {
        int from = text.lastIndexOf(':') + 1;
        if (text.indexOf('.', from) < 0) return false;
        for (String part : text.substring(from).split("\\.", -1))
            if (part.length() > 1 && part.charAt(0) == '0') return true;
        return false;
    }

    /// Whether a text that is an address is an IPv4-mapped IPv6 one.
    static boolean isMapped(String text) {
        return text.indexOf(':') >= 0 && parse(text) instanceof IpAddress address && address.isV4();
    }

    public boolean isV4() {
        return bytes.length == 4;
    }

    public boolean isV6() {
        return bytes.length == 16;
    }

    /// 32 or 128.
    public int bits() {
        return bytes.length * 8;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public boolean isUnspecified() {
        for (byte b : bytes) if (b != 0) return false;
        return true;
    }

    public boolean isLoopback() {
        if (isV4()) return bytes[0] == 127;
        for (int i = 0; i < 15; i++) if (bytes[i] != 0) return false;
        return bytes[15] == 1;
    }

    public boolean isLinkLocalUnicast() {
        return isV4() ? at(0) == 169 && at(1) == 254 : at(0) == 0xfe && (at(1) & 0xc0) == 0x80;
    }

    public boolean isMulticast() {
        return isV4() ? (at(0) & 0xf0) == 0xe0 : at(0) == 0xff;
    }

    public boolean isLinkLocalMulticast() {
        return isV4() ? at(0) == 224 && at(1) == 0 && at(2) == 0 : at(0) == 0xff && (at(1) & 0x0f) == 2;
    }

    public boolean isInterfaceLocalMulticast() {
        return isV6() && at(0) == 0xff && (at(1) & 0x0f) == 1;
    }

    /// Neither unspecified, loopback, multicast, link-local nor IPv4's broadcast; private ones count.
    public boolean isGlobalUnicast() {
        boolean broadcast = isV4() && at(0) == 255 && at(1) == 255 && at(2) == 255 && at(3) == 255;
        return !broadcast && !isUnspecified() && !isLoopback() && !isMulticast() && !isLinkLocalUnicast();
    }

    /// This address with all but the first `length` bits cleared.
    public IpAddress masked(int length) {
        byte[] masked = bytes.clone();
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.clamp(length - i * 8L, 0, 8);
            masked[i] &= (byte) (0xff00 >> kept);
        }
        return new IpAddress(masked);
    }

    /// The address that is `offset` further on.
    public IpAddress plus(long offset) {
        byte[] moved = bytes.clone();
        long carry = offset;
        for (int i = moved.length - 1; i >= 0 && carry != 0; i--) {
            carry += moved[i] & 0xff;
            moved[i] = (byte) carry;
            carry >>= 8;
        }
        return new IpAddress(moved);
    }

    /// The canonical form: dotted decimal, or RFC 5952.
    @Override
    public String toString() {
        if (isV4()) return at(0) + "." + at(1) + "." + at(2) + "." + at(3);
        int from = -1;
        int run = 1;
        for (int i = 0; i < 8; i++) {
            int zeros = 0;
            while (i + zeros < 8 && group(i + zeros) == 0) zeros++;
            if (zeros > run) {
                from = i;
                run = zeros;
            }
            i += Math.max(0, zeros - 1);
        }
        var text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == from) {
                text.append("::");
                i += run - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') text.append(':');
                text.append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    /// IPv4 before IPv6, then by value.
    @Override
    public int compareTo(IpAddress other) {
        return bytes.length != other.bytes.length
                ? Integer.compare(bytes.length, other.bytes.length)
                : Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IpAddress that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    private int at(int index) {
        return bytes[index] & 0xff;
    }

    private int group(int index) {
        return at(2 * index) << 8 | at(2 * index + 1);
    }

    private static boolean mapped(byte[] bytes) {
        for (int i = 0; i < 10; i++) if (bytes[i] != 0) return false;
        return bytes[10] == -1 && bytes[11] == -1;
    }

    private static byte @Nullable [] v4(String text, int from) {
        var bytes = new byte[4];
        int at = from;
        for (int part = 0; part < 4; part++) {
            if (part > 0 && (at == text.length() || text.charAt(at++) != '.')) return null;
            int start = at;
            int value = 0;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                value = value * 10 + text.charAt(at++) - '0';
                if (value > 255) return null;
            }
            if (at == start) return null;
            bytes[part] = (byte) value;
        }
        return at == text.length() ? bytes : null;
    }

    private static byte @Nullable [] v6(String text) {
        var bytes = new byte[16];
        int filled = 0;
        int gap = -1;
        int at = 0;
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < text.length() && filled < 16) {
            int end = at;
            while (end < text.length() && Character.digit(text.charAt(end), 16) >= 0 && text.charAt(end) < 0x80) end++;
            if (end == at || end - at > 4 && text.indexOf('.', end) != end) return null;
            if (end < text.length() && text.charAt(end) == '.') {
                byte[] tail = filled <= 12 ? v4(text, at) : null;
                if (tail == null || gap < 0 && filled != 12) return null;
                System.arraycopy(tail, 0, bytes, filled, 4);
                filled += 4;
                at = text.length();
                break;
            }
            int group = Integer.parseInt(text.substring(at, end), 16);
            bytes[filled++] = (byte) (group >> 8);
            bytes[filled++] = (byte) group;
            at = end;
            if (at == text.length()) break;
            if (text.charAt(at) != ':' || at + 1 == text.length()) return null;
            at++;
            if (text.charAt(at) == ':') {
                if (gap >= 0) return null;
                gap = filled;
                at++;
            }
        }
        if (at != text.length()) return null;
        if (filled == 16) return gap < 0 ? bytes : null;
        if (gap < 0) return null;
        int tail = filled - gap;
        System.arraycopy(bytes, gap, bytes, 16 - tail, tail);
        Arrays.fill(bytes, gap, 16 - tail, (byte) 0);
        return bytes;
    }
}
