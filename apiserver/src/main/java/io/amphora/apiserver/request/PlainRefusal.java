package io.amphora.apiserver.request;

import java.util.Map;

/// An answer of plain text where Kubernetes gives no Status: the path is nothing, or the request was broken
/// before it was understood.
public final class PlainRefusal extends RuntimeException {
    private final int code;
    private final Map<String, String> headers;

    public PlainRefusal(int code, String text) {
        this(code, text, Map.of());
    }

    /// @param headers of the answer, besides the usual ones
    public PlainRefusal(int code, String text, Map<String, String> headers) {
        super(text);
        this.code = code;
        this.headers = Map.copyOf(headers);
    }

    public static PlainRefusal pageNotFound() {
        return new PlainRefusal(404, "404 page not found\n");
    }

    public Map<String, String> headers() {
        return headers;
    }

    public int code() {
        return code;
    }
}
