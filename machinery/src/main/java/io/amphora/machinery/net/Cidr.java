package io.amphora.machinery.net;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// A network: the addresses whose first `length` bits are those of `address`.
///
/// @param address as it was written; [#network] has the bits beyond the length cleared
public record Cidr(IpAddress address, int length) {

    /// What Kubernetes has always accepted: needless zeros, bits set beyond the length. Null for everything
    /// that is no
    /// CIDR.
    public static @Nullable Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) return null;
        IpAddress address = IpAddress.parse(text.substring(0, slash));
        String digits = text.substring(slash + 1);
        if (address == null
                || digits.isEmpty()
                || digits.length() > 9
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) return null;
        int length = Integer.parseInt(digits);
        if (IpAddress.isMapped(text.substring(0, slash))) length -= 96;
        return length < 0 || length > address.bits() ? null : new Cidr(address, length);
    }

    public Cidr network() {
        return new Cidr(address.masked(length), length);
    }

    public boolean contains(IpAddress other) {
        return other.bits() == address.bits() && other.masked(length).equals(address.masked(length));
    }

    public boolean contains(Cidr other) {
        return other.length >= length && contains(other.address);
    }

    public boolean overlaps(Cidr other) {
        return contains(other) || other.contains(this);
    }

    /// How many addresses there are.
    public BigInteger size() {
        return BigInteger.ONE.shiftLeft(address.bits() - length);
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
