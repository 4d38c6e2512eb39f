package io.amphora.apiserver.chain;

import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Reply;
import java.util.Optional;

/// Answers paths that are no resources: discovery, health, OpenAPI.
@FunctionalInterface
public interface PathHandler {
    /// @return empty when the path is not this handler's
    Optional<Reply> answer(Call call);
}
