package io.amphora.apiserver.chain;

import io.amphora.apiserver.auth.User;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/// What the way by which a request came says about its sender.
public sealed interface Credentials {
    /// Somebody in the same process, known already.
    record Known(User user) implements Credentials {}

    /// A connection.
    ///
    /// @param certificates the chain that the client proved to own, verified against the cluster's
    ///     client CA; empty for none
    /// @param source the address that it comes from
    record Connection(List<X509Certificate> certificates, InetAddress source) implements Credentials {}
}
