package io.amphora.api.transport;

import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One request of the API, whether it comes over a socket or from the same JVM.
///
/// @param method `GET`, `POST`, `PUT`, `PATCH`, `DELETE`
/// @param path such as `/api/v1/namespaces/default/pods/web`, decoded
/// @param query parameters, decoded, in order
/// @param headers by lower-case name
public record ApiRequest(
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, String> headers,
        @Nullable Body body) {

    /// What is sent: bytes of a content type, or a tree that never was bytes.
    public sealed interface Body {
        String contentType();

        /// @param source may read them from the network when it is asked, and gives the same each time
        record Bytes(String contentType, Supplier<byte[]> source) implements Body {
            public Bytes(String contentType, byte[] bytes) {
                this(contentType, () -> bytes);
            }

            public byte[] bytes() {
                return source.get();
            }
        }

        record Value(String contentType, Tree tree) implements Body {}
    }

    public ApiRequest withBody(Body body) {
        return new ApiRequest(method, path, query, headers, body);
    }

    public String parameter(String name) {
        var values = query.get(name);
        return values == null || values.isEmpty() ? "" : values.getFirst();
    }

    public String header(String name) {
        return headers.getOrDefault(name, "");
    }
}
