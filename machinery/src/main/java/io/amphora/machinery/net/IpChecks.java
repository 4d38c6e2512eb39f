package io.amphora.machinery.net;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.GoText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks of addresses and networks in fields of the API, in Kubernetes' words (KEP-4858).
public final class IpChecks {
    private IpChecks() {}

    /// For fields of today: the canonical form and nothing else.
    public static void isValidIP(FieldPath field, String value, FieldErrors errors) {
        int before = errors.size();
        IpAddress address = address(field, value, errors);
        if (address != null && errors.size() == before && !address.toString().equals(value))
            errors.invalid(field, value, "must be in canonical form (" + GoText.quote(address.toString()) + ")");
    }

    /// For fields that are older than the strict rules: any spelling, but no needless zeros and no IPv4-mapped
    /// address.
    public static void isValidIPForLegacyField(FieldPath field, String value, FieldErrors errors) {
        address(field, value, errors);
    }

    public static void isValidCIDR(FieldPath field, String value, FieldErrors errors) {
        int before = errors.size();
        Cidr cidr = network(field, value, errors);
        if (cidr != null
                && errors.size() == before
                && !cidr.network().toString().equals(value))
            errors.invalid(
                    field,
                    value,
                    "must be in canonical form (" + GoText.quote(cidr.network().toString()) + ")");
    }

    public static void isValidCIDRForLegacyField(FieldPath field, String value, FieldErrors errors) {
        network(field, value, errors);
    }

    /// `192.168.1.5/24`: an address with the length of its network.
    public static void isValidInterfaceAddress(FieldPath field, String value, FieldErrors errors) {
        Cidr cidr = Cidr.parse(value);
        if (cidr == null)
            errors.invalid(field, value, "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)");
        else if (!cidr.toString().equals(value))
            errors.invalid(field, value, "must be in canonical form (" + GoText.quote(cidr.toString()) + ")");
    }

    /// Warnings for a valid address of a legacy field that is spelt in another than the canonical way.
    public static List<String> warningsForIP(FieldPath field, String value) {
        IpAddress address = IpAddress.parse(value);
        if (address == null || address.toString().equals(value)) return List.of();
        String canonical = GoText.quote(address.toString());
        return List.of(
                address.isV4()
                        ? field + ": non-standard IP address " + GoText.quote(value)
                                + " will be considered invalid in a future Kubernetes release: use " + canonical
                        : field + ": IPv6 address " + GoText.quote(value) + " should be in RFC 5952 canonical format ("
                                + canonical + ")");
    }

    /// Warnings for a valid CIDR of a legacy field that is ambiguous or spelt in another than the canonical way.
    public static List<String> warningsForCIDR(FieldPath field, String value) {
        Cidr cidr = Cidr.parse(value);
        if (cidr == null) return List.of();
        String canonical = GoText.quote(cidr.network().toString());
        var warnings = new java.util.ArrayList<String>();
        if (!cidr.equals(cidr.network()))
            warnings.add(field + ": CIDR value " + GoText.quote(value) + " is ambiguous in this context (should be "
                    + canonical + " or "
                    + GoText.quote(cidr.address() + "/" + cidr.address().bits()) + "?)");
        if (nonStandard(value))
            warnings.add(field + ": non-standard CIDR value " + GoText.quote(value)
                    + " will be considered invalid in a future Kubernetes release: use " + canonical);
        if (warnings.isEmpty() && cidr.address().isV6() && !cidr.toString().equals(value))
            warnings.add(field + ": IPv6 CIDR value " + GoText.quote(value)
                    + " should be in RFC 5952 canonical format (" + GoText.quote(cidr.toString()) + ")");
        return warnings;
    }

    private static @Nullable IpAddress address(FieldPath field, String value, FieldErrors errors) {
        IpAddress address = IpAddress.parse(value);
        if (address == null)
            errors.invalid(field, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        else if (IpAddress.hasLeadingZeros(value)) errors.invalid(field, value, "must not have leading 0s");
        else if (IpAddress.isMapped(value)) errors.invalid(field, value, "must not be an IPv4-mapped IPv6 address");
        return address;
    }

    private static @Nullable Cidr network(FieldPath field, String value, FieldErrors errors) {
        Cidr cidr = Cidr.parse(value);
        if (cidr == null)
            errors.invalid(field, value, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        else if (zeros(value)) errors.invalid(field, value, "must not have leading 0s in IP or prefix length");
        else if (IpAddress.isMapped(ip(value)))
            errors.invalid(field, value, "must not have an IPv4-mapped IPv6 address");
        else if (!cidr.equals(cidr.network()))
            errors.invalid(field, value, "must not have bits set beyond the prefix length");
        return cidr;
    }

    private static boolean nonStandard(String value) {
        return zeros(value) || IpAddress.isMapped(ip(value));
    }

    private static boolean zeros(String cidr) {
        String length = cidr.substring(cidr.indexOf('/') + 1);
        return IpAddress.hasLeadingZeros(ip(cidr)) || length.length() > 1 && length.charAt(0) == '0';
    }

    private static String ip(String cidr) {
        return cidr.substring(0, cidr.indexOf('/'));
    }
}
