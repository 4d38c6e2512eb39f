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

    /// For whom a token is that was found good for one of those at least.
    ///
    /// @param asked for whom it may be
    default List<String> audiences(String token, List<String> asked) {
        return asked;
    }

    /// The same, for tokens that do not say for whom they are: they are for this server.
    ///
    /// @param ours this server's audiences; where it has none, the tokens are for anybody
    default TokenAuthenticator forAudiences(List<String> ours) {
        if (ours.isEmpty()) return this;
        TokenAuthenticator any = this;
        return new TokenAuthenticator() {
            @Override
            public Optional<User> authenticate(String token, List<String> audiences) {
                boolean forUs = audiences.isEmpty() || audiences.stream().anyMatch(ours::contains);
                return forUs ? any.authenticate(token, audiences) : Optional.empty();
            }

            @Override
            public List<String> audiences(String token, List<String> asked) {
                return asked.stream().filter(ours::contains).toList();
            }
        };
    }
}
