package io.amphora.apiserver.chain;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/// The token that a request shows: in its Authorization header, or among the subprotocols of a WebSocket, for browsers
/// let no page set a header of one.
public final class BearerToken {
    private static final String OFFERED = "sec-websocket-protocol";
    private static final String PREFIX = "base64url.bearer.authorization.k8s.io.";

    private BearerToken() {}

    /// @return "" for none
    /// @throws ApiException 401 for a subprotocol with a token that is not as it should be
    static String of(ApiRequest request) {
        String header = request.header("authorization").strip();
        String token = header.regionMatches(true, 0, "bearer ", 0, 7)
                ? header.substring(7).strip()
                : "";
        return token.isEmpty() && isCarriedIn(request.header(OFFERED)) && isWebSocket(request)
                ? offered(request.header(OFFERED))
                : token;
    }

    /// Whether one of the subprotocols is none, but a token.
    public static boolean isCarriedIn(String subprotocols) {
        return subprotocols.contains(PREFIX);
    }

    /// The subprotocols without a token: nobody is to see it, and it is never agreed on.
    public static List<String> without(List<String> subprotocols) {
        return protocols(subprotocols.stream()).stream()
                .filter(each -> !each.startsWith(PREFIX))
                .toList();
    }

    private static boolean isWebSocket(ApiRequest request) {
        return request.header("upgrade").equalsIgnoreCase("websocket")
                && Arrays.stream(request.header("connection").split(","))
                        .anyMatch(each -> each.strip().equalsIgnoreCase("upgrade"));
    }

    /// Exactly one token, and beside it a protocol that can be agreed on.
    private static String offered(String header) {
        var tokens = new ArrayList<>(protocols(Stream.of(header)));
        tokens.removeIf(each -> !each.startsWith(PREFIX));
        boolean alone = without(List.of(header)).isEmpty();
        if (tokens.size() != 1 || alone) throw unauthorized();
        return decoded(tokens.getFirst().substring(PREFIX.length()));
    }

    private static List<String> protocols(Stream<String> values) {
        return values.flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .toList();
    }

    private static String decoded(String encoded) {
        try {
            if (encoded.endsWith("=")) throw unauthorized();
            byte[] bytes = Base64.getUrlDecoder().decode(encoded);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException malformed) {
            throw unauthorized();
        }
    }

    private static ApiException unauthorized() {
        return ApiException.of(401, "Unauthorized", "Unauthorized");
    }
}
