package io.amphora.apiserver.auth;

import java.util.List;

/// Whose a token is.
///
/// @param audiences for whom it is, of those that were asked for
public record TokenOwner(User user, List<String> audiences) {}
