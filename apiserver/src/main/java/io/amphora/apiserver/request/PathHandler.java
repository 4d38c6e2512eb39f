package io.amphora.apiserver.request;

import java.util.Optional;

/// Answers paths that are no resources: discovery, health, OpenAPI.
@FunctionalInterface
public interface PathHandler {
    /// @return empty when the path is not this handler's
    Optional<Reply> answer(Call call);
}
