package io.amphora.apiserver.discovery;

import io.amphora.apiserver.auth.ServiceAccountTokens;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.PathHandler;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.wire.Accept;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Serves how the tokens of service accounts can be checked by others (OpenID Connect Discovery 1.0; KEP-1393).
public final class IssuerPaths implements PathHandler {
    private static final String CONFIGURATION = "/.well-known/openid-configuration";
    private static final String KEYS = "/openid/v1/jwks";
    public static final List<String> PATHS = List.of(CONFIGURATION, KEYS);

    private static final Map<String, String> CACHED = Map.of("cache-control", "public, max-age=3600");

    private final byte[] configuration;
    private final byte[] keys;

    /// @param serverAddress `host:port` as clients reach it
    public IssuerPaths(ServiceAccountTokens tokens, String serverAddress) {
        this.configuration = Json.bytes(ObjectTree.of(
                "issuer", tokens.issuer(),
                "jwks_uri", "https://" + serverAddress + KEYS,
                "response_types_supported", ListTree.from(List.of("id_token")),
                "subject_types_supported", ListTree.from(List.of("public")),
                "id_token_signing_alg_values_supported", ListTree.from(List.of(ServiceAccountTokens.ALGORITHM))));
        this.keys = Json.bytes(ObjectTree.of("keys", ListTree.of(tokens.publicJwk())));
    }

    @Override
    public Optional<Reply> answer(Call call) {
        return switch (call.info().path()) {
            case CONFIGURATION, CONFIGURATION + "/" -> Optional.of(document(call, "application/json", configuration));
            case KEYS, KEYS + "/" -> Optional.of(document(call, "application/jwk-set+json", keys));
            default -> Optional.empty();
        };
    }

    private static Reply document(Call call, String type, byte[] bytes) {
        if (!call.request().method().equals("GET")) throw Refusals.methodNotAllowed();
        if (!Accept.parse(call.request().header("accept")).accepts(type)) throw Refusals.notAcceptable(type);
        return new Reply.Bytes(200, type, bytes, CACHED);
    }
}
