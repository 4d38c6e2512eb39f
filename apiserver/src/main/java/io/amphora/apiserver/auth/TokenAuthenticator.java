package io.amphora.apiserver.auth;

import java.util.List;
import java.util.Optional;

/// Knows one kind of bearer token (static, bootstrap, service account, …).
@FunctionalInterface
public interface TokenAuthenticator {
    /// Whose token it is; empty when it is none that this authenticator knows.
    ///
    /// @param audiences for whom the token has to be, as a TokenReview names them; empty for this server
    /// @throws io.amphora.api.ApiException when it is one of its tokens, but not a good one
    Optional<User> authenticate(String token, List<String> audiences);
}
