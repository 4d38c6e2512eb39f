package io.amphora.apiserver.chain;

import io.amphora.apiserver.auth.User;
import java.security.cert.X509Certificate;
import java.util.List;

/// What the way by which a request came says about its sender.
public sealed interface Credentials {
    /// Somebody in the same process, known already.
    record Known(User user) implements Credentials {}

    /// A connection: the chain that the client proved to own, verified against the cluster's client CA; empty
    /// for none.
    record Connection(List<X509Certificate> certificates) implements Credentials {}
}
