package io.amphora.apiserver.request;

import io.amphora.api.ApiException;
import io.amphora.machinery.tree.ObjectTree;

/// Refusals that say nothing about an object: their Status has `details`, but nothing in it.
public final class Refusals {
    private Refusals() {}

    public static ApiException notFound() {
        return generic(404, "NotFound", "the server could not find the requested resource");
    }

    public static ApiException methodNotAllowed() {
        return generic(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    public static ApiException unprocessable() {
        return generic(422, "Invalid", "the server rejected our request due to an error in our request");
    }

    public static ApiException unsupportedMediaType() {
        return generic(415, "UnsupportedMediaType", "415: Unsupported Media Type");
    }

    /// In the words of the layer that looks at the header before anything else.
    ///
    /// @param available the media types that there are
    public static ApiException notAcceptable(String available) {
        return generic(406, "NotAcceptable", "406: Not Acceptable\n\nAvailable representations: " + available);
    }

    public static ApiException forbidden(String message) {
        return generic(403, "Forbidden", message);
    }

    private static ApiException generic(int code, String reason, String message) {
        return new ApiException(ApiException.of(code, reason, message).status().with("details", ObjectTree.EMPTY));
    }
}
