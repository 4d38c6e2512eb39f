package io.amphora.api.validation;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.net.IpAddress;

/// Addresses that Services and endpoints may have.
public final class IpFields {
    private IpFields() {}

    /// Traffic for a Service must not end up at the node itself or at what only that node's network has.
    public static void notSpecial(String text, FieldPath at, FieldErrors errors) {
        IpAddress ip = IpAddress.parse(text);
        if (ip == null) {
            errors.invalid(at, text, "must be a valid IP address");
            return;
        }
        if (ip.isUnspecified()) errors.invalid(at, text, "may not be unspecified (" + text + ")");
        if (ip.isLoopback()) errors.invalid(at, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        if (ip.isLinkLocalUnicast())
            errors.invalid(at, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        if (ip.isLinkLocalMulticast())
            errors.invalid(at, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }

    /// A name that a load balancer is reached by; "" for none.
    public static void hostname(String name, FieldPath at, FieldErrors errors) {
        if (name.isEmpty()) return;
        Checks.subdomain(name, at, errors);
        if (IpAddress.parse(name) != null) errors.invalid(at, name, "must be a DNS name, not an IP address");
    }
}
