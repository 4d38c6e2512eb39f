package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.http.Response;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What a kubelet says that it does not do, which it says in plain text, as clients of the API expect it.
final class KubeletAnswer {
    private static final int LONGEST = 50_000;

    private KubeletAnswer() {}

    /// @param resource that was asked for, such as `pods/log`
    /// @throws ApiException unless the kubelet does what it was asked for
    static void require(Response response, String resource, String name) throws IOException {
        int code = response.status();
        if (code >= 200 && code <= 206) return;
        byte[] body;
        try (response) {
            body = response.stream().readNBytes(LONGEST);
        }
        String text = new String(body, StandardCharsets.UTF_8);
        throw switch (code) {
            case 400 -> ApiException.badRequest(text);
            case 500 -> ApiException.internal(text);
            case 401 ->
                refusal(
                        code,
                        "Unauthorized",
                        "the server has asked for the client to provide credentials",
                        resource,
                        name,
                        text);
            case 403 -> refusal(code, "Forbidden", text, resource, name, text);
            case 404 ->
                refusal(code, "NotFound", "the server could not find the requested resource", resource, name, text);
            case 503 -> refusal(code, "ServiceUnavailable", text, resource, name, text);
            default ->
                refusal(
                        code,
                        code > 500 ? "InternalError" : "Unknown",
                        "the server responded with the status code " + code + " but did not return more information",
                        resource,
                        name,
                        text);
        };
    }

    private static ApiException refusal(
            int code, String reason, String message, String resource, String name, String text) {
        ObjectTree cause = ObjectTree.of("reason", "UnexpectedServerResponse", "message", text);
        return ApiException.of(
                code,
                reason,
                message + " ( " + resource + " " + name + ")",
                ObjectTree.of("name", name, "kind", resource, "causes", ListTree.of(cause)));
    }
}
