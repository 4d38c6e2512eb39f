package io.amphora.apiserver.request;

import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.User;

/// A request that is understood and whose sender is known.
public record Call(ApiRequest request, RequestInfo info, User user, Warnings warnings) {
    public String parameter(String name) {
        return request.parameter(name);
    }

    public String namespace() {
        return info.namespace();
    }

    public String name() {
        return info.name();
    }
}
