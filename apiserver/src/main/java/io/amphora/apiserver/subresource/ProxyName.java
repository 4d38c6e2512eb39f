package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import java.util.OptionalInt;
import java.util.Set;

/// What the path of a proxied request names: `name`, `name:port` or `scheme:name:port`.
///
/// @param scheme `http` or `https`
/// @param port a number or a name; "" for none
record ProxyName(String scheme, String name, String port) {
    private static final Set<String> SCHEMES = Set.of("", "http", "https");
    private static final int HIGHEST_PORT = 65_535;

    /// @param kind as messages call it: `pod`, `service`, `node`
    static ProxyName of(String text, String kind) {
        String[] parts = text.split(":", -1);
        String scheme = parts.length == 3 ? parts[0] : "";
        String name = parts.length == 3 ? parts[1] : parts[0];
        String port = parts.length == 1 ? "" : parts[parts.length - 1];
        if (parts.length > 3 || name.isEmpty() || !SCHEMES.contains(scheme)) throw invalid(text, kind);
        return new ProxyName(scheme.isEmpty() ? "http" : scheme, name, port);
    }

    /// The port, where it is a number that a port can have.
    OptionalInt number() {
        boolean digits =
                !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        int number = digits ? Integer.parseInt(port) : 0;
        return number >= 1 && number <= HIGHEST_PORT ? OptionalInt.of(number) : OptionalInt.empty();
    }

    static ApiException invalid(String text, String kind) {
        return ApiException.badRequest("invalid " + kind + " request \"" + text + "\"");
    }
}
