package io.amphora.apiserver.registry;

import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Reply;

/// Answers the requests to one resource or subresource that is not simply stored (`pods/binding`,
/// `tokenreviews`).
@FunctionalInterface
public interface Endpoint {
    /// @param kind the resource; with a subresource, the main one
    /// @throws io.amphora.api.ApiException when it refuses
    Reply answer(Call call, ResourceDefinition<?> kind);
}
