package io.amphora.apiserver.request;

import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.User;
import java.util.Locale;

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

    /// Whether the client asks for another protocol on its connection.
    public boolean asksForUpgrade() {
        return !request.header("upgrade").isEmpty()
                && request.header("connection").toLowerCase(Locale.ROOT).contains("upgrade");
    }

    /// The same request, but with another body.
    public Call withBody(ApiRequest.Body body) {
        return new Call(request.withBody(body), info, user, warnings);
    }

    /// The same request, but about another object.
    public Call withName(String name) {
        return new Call(request, info.withName(name), user, warnings);
    }

    /// The same request, but about another part of the object.
    public Call withSubresource(String subresource) {
        return new Call(request, info.withSubresource(subresource), user, warnings);
    }
}
