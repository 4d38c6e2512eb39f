package io.amphora.api.validation;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpAddress;
import java.util.Objects;

/// Addresses that Services and endpoints may have.
public final class IpFields {
    private static final Cidr LOOPBACK_4 = cidr("127.0.0.0/8");
    private static final Cidr LOOPBACK_6 = cidr("::1/128");
    private static final Cidr LINK_LOCAL_4 = cidr("169.254.0.0/16");
    private static final Cidr LINK_LOCAL_6 = cidr("fe80::/10");
    private static final Cidr MULTICAST_4 = cidr("224.0.0.0/24");

    private IpFields() {}

    private static Cidr cidr(String text) {
        return Objects.requireNonNull(Cidr.parse(text));
    }

    /// Traffic for a Service must not end up at the node itself or at what only that node's network has.
    public static void notSpecial(String text, FieldPath at, FieldErrors errors) {
        IpAddress ip = IpAddress.parse(text);
        if (ip == null) {
            errors.invalid(at, text, "must be a valid IP address");
            return;
        }
        String canonical = ip.toString();
        if (canonical.equals("0.0.0.0") || canonical.equals("::"))
            errors.invalid(at, text, "may not be unspecified (" + text + ")");
        if (LOOPBACK_4.contains(ip) || LOOPBACK_6.contains(ip))
            errors.invalid(at, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        if (LINK_LOCAL_4.contains(ip) || LINK_LOCAL_6.contains(ip))
            errors.invalid(at, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        if (MULTICAST_4.contains(ip) || isLinkLocalMulticast6(canonical))
            errors.invalid(at, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }

    /// ffx2::/16, whatever the flags x (RFC 4291).
    private static boolean isLinkLocalMulticast6(String canonical) {
        return canonical.length() > 4 && canonical.startsWith("ff") && canonical.charAt(3) == '2' && canonical.charAt(4) == ':';
    }

    /// A name that a load balancer is reached by; "" for none.
    public static void hostname(String name, FieldPath at, FieldErrors errors) {
        if (name.isEmpty()) return;
        Checks.subdomain(name, at, errors);
        if (IpAddress.parse(name) != null) errors.invalid(at, name, "must be a DNS name, not an IP address");
    }
}
