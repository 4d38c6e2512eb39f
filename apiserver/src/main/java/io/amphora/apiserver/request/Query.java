package io.amphora.apiserver.request;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import java.util.OptionalLong;

/// Reads query parameters as Kubernetes does.
public final class Query {
    private Query() {}

    /// Everything that is there is true, except a few ways to say no.
    public static boolean isTrue(ApiRequest request, String name) {
        if (!request.query().containsKey(name)) return false;
        return switch (request.parameter(name)) {
            case "0", "false", "False", "FALSE", "f", "F" -> false;
            default -> true;
        };
    }

    public static OptionalLong findWhole(ApiRequest request, String name) {
        String text = request.parameter(name);
        if (text.isEmpty()) return OptionalLong.empty();
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException malformed) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
        }
    }
}
