package io.amphora.apiserver.auth;

import io.amphora.machinery.field.Names;
import java.util.List;
import java.util.Optional;

/// A service account as a user: `system:serviceaccount:NAMESPACE:NAME`. Names with more or fewer
/// parts, or with parts that no namespace or account can have, are users like any other.
public record ServiceAccountName(String namespace, String name) {
    /// All service accounts.
    public static final String ALL = "system:serviceaccounts";

    private static final String PREFIX = "system:serviceaccount:";

    public static Optional<ServiceAccountName> parse(String user) {
        if (!user.startsWith(PREFIX)) return Optional.empty();
        String[] parts = user.substring(PREFIX.length()).split(":", -1);
        boolean valid = parts.length == 2
                && Names.isDNS1123Label(parts[0]).isEmpty()
                && Names.isDNS1123Subdomain(parts[1]).isEmpty();
        return valid ? Optional.of(new ServiceAccountName(parts[0], parts[1])) : Optional.empty();
    }

    public String user() {
        return PREFIX + namespace + ":" + name;
    }

    /// The groups that all accounts, and all of a namespace, are in.
    public List<String> groups() {
        return List.of(ALL, ALL + ":" + namespace);
    }
}
