package io.amphora.apiserver.openapi;

import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.PathHandler;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.wire.Accept;
import io.amphora.machinery.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Serves the [OpenApi] documents of the moment, in JSON or protobuf.
///
/// A client keeps what it was given, and asks whether that is still so with its ETag; a document of version 3 that it
/// asks for by its hash is so for ever.
public final class OpenApiPaths implements PathHandler {
    private static final String VERSION_2 = "/openapi/v2";
    private static final String VERSION_3 = "/openapi/v3";
    private static final String JSON = "application/json";
    private static final String PROTOBUF_2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    private static final String PROTOBUF_3 = "application/com.github.proto-openapi.spec.v3.v1.0+protobuf";
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Supplier<OpenApi> openApi;
    private final Clock clock;

    public OpenApiPaths(Supplier<OpenApi> openApi, Clock clock) {
        this.openApi = openApi;
        this.clock = clock;
    }

    @Override
    public Optional<Reply> answer(Call call) {
        String path = call.info().path();
        if (path.equals(VERSION_2))
            return Optional.of(version2(call, openApi.get().version2()));
        if (path.equals(VERSION_3) || path.equals(VERSION_3 + "/")) return Optional.of(index(call));
        if (!path.startsWith(VERSION_3 + "/")) return Optional.empty();
        String root = path.substring(VERSION_3.length() + 1);
        return openApi.get().version3(root).map(document -> version3(call, root, document));
    }

    private static Reply version2(Call call, OpenApiDocument document) {
        String type = chosen(call, PROTOBUF_2);
        if (type.isEmpty()) return notAcceptable();
        return content(call, type, document, Map.of("vary", "Accept"));
    }

    /// In JSON only, whatever is asked for.
    private Reply index(Call call) {
        byte[] index = openApi.get().index();
        String etag = etag(OpenApiDocument.hash(index));
        Map<String, String> headers = Map.of("etag", etag);
        return isKnown(call, etag)
                ? new Reply.Bytes(304, "", new byte[0], headers)
                : new Reply.Bytes(200, JSON, index, headers);
    }

    private Reply version3(Call call, String root, OpenApiDocument document) {
        String type = chosen(call, PROTOBUF_3);
        if (type.isEmpty()) return notAcceptable();
        var headers = new LinkedHashMap<>(Map.of("vary", "Accept"));
        String hash = call.parameter("hash");
        if (!hash.isEmpty() && !hash.equals(document.hash())) {
            headers.put("location", OpenApi.url(root, document));
            return new Reply.Bytes(301, type, new byte[0], headers);
        }
        if (!hash.isEmpty()) {
            headers.put("cache-control", "public, immutable");
            headers.put(
                    "expires", DATE.format(clock.now().atOffset(ZoneOffset.UTC).plusYears(1)));
        }
        return content(call, type, document, headers);
    }

    private static Reply content(Call call, String type, OpenApiDocument document, Map<String, String> headers) {
        var all = new LinkedHashMap<>(headers);
        String etag = etag(document.hash());
        all.put("etag", etag);
        if (isKnown(call, etag)) return new Reply.Bytes(304, "", new byte[0], all);
        return new Reply.Bytes(200, type, type.equals(JSON) ? document.json() : document.protobuf(), all);
    }

    /// The most wanted of the two types; "" when neither will do. Most clients spell that of protobuf with an `@`,
    /// which no media type can have, so it is answered without.
    private static String chosen(Call call, String protobuf) {
        for (var clause : Accept.parse(call.request().header("accept")).clauses()) {
            switch (clause.type()) {
                case JSON, "application/*", "*/*" -> {
                    return JSON;
                }
                case String type
                when type.replace('@', '.').equals(protobuf) -> {
                    return protobuf;
                }
                default -> {}
            }
        }
        return "";
    }

    private static Reply notAcceptable() {
        return new Reply.Bytes(406, "", new byte[0], Map.of("vary", "Accept"));
    }

    private static String etag(String hash) {
        return '"' + hash + '"';
    }

    private static boolean isKnown(Call call, String etag) {
        for (String known : call.request().header("if-none-match").split(","))
            if (known.strip().equals("*")
                    || known.strip().replaceFirst("^W/", "").equals(etag)) return true;
        return false;
    }
}
