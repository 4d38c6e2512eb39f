package io.amphora.apiserver.request;

/// An answer of plain text where Kubernetes gives no Status: the path is nothing, or the request was broken
/// before it was understood.
public final class PlainRefusal extends RuntimeException {
    private final int code;

    public PlainRefusal(int code, String text) {
        super(text);
        this.code = code;
    }

    public static PlainRefusal pageNotFound() {
        return new PlainRefusal(404, "404 page not found\n");
    }

    public int code() {
        return code;
    }
}
