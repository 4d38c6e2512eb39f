package io.amphora.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.Kinds;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.RequestInfo;
import io.amphora.apiserver.request.Warnings;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenApiPathsTest {
    private static final OpenApi OPEN_API = new OpenApi(Kinds.ALL, "v1.36.0");
    private static final String APPS = "/openapi/v3/apis/apps/v1";

    private final OpenApiPaths paths = new OpenApiPaths(() -> OPEN_API, Clock.system());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /openapi/v2             | ''                                                             | 200 | application/json
            /openapi/v2             | application/json, */*                                          | 200 | application/json
            /openapi/v2             | application/com.github.proto-openapi.spec.v2@v1.0+protobuf     | 200 | V2
            /openapi/v2             | application/com.github.proto-openapi.spec.v2.v1.0+protobuf     | 200 | V2
            /openapi/v2             | application/json;q=0.5,application/com.github.proto-openapi.spec.v2.v1.0+protobuf | 200 | V2
            /openapi/v2             | application/com.github.proto-openapi.spec.v2@v1.0+protobuf;q=0.5,application/json | 200 | application/json
            /openapi/v2             | application/com.github.proto-openapi.spec.v3@v1.0+protobuf     | 406 | ''
            /openapi/v3             | application/com.github.proto-openapi.spec.v3@v1.0+protobuf     | 200 | application/json
            /openapi/v3/apis/apps/v1 | application/com.github.proto-openapi.spec.v3@v1.0+protobuf    | 200 | V3
            /openapi/v3/apis/apps/v1 | application/yaml                                              | 406 | ''
            """)
    void a_document_comes_in_the_form_that_is_accepted(String path, String accept, int code, String type) {
        Reply.Bytes reply = get(path, Map.of(), Map.of("accept", accept));
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.contentType())
                .isEqualTo(
                        type.replaceFirst("^V(\\d)$", "application/com.github.proto-openapi.spec.v$1.v1.0+protobuf"));
    }

    @Test
    void what_a_client_has_already_is_not_sent_again() {
        String accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
        Reply.Bytes first = get("/openapi/v2", Map.of(), Map.of("accept", accept));
        String etag = String.valueOf(first.headers().get("etag"));
        Reply.Bytes again =
                get("/openapi/v2", Map.of(), Map.of("accept", accept, "if-none-match", "\"other\", W/" + etag));
        assertThat(again.code()).isEqualTo(304);
        assertThat(again.bytes()).isEmpty();
        assertThat(again.headers()).containsEntry("etag", etag).containsEntry("vary", "Accept");
    }

    @Test
    void a_document_named_by_its_hash_stays_and_another_hash_leads_to_it() {
        String url = Json.read(OPEN_API.index())
                .object()
                .object("paths")
                .object("apis/apps/v1")
                .text("serverRelativeURL");
        String hash = url.substring((APPS + "?hash=").length());
        assertThat(get(APPS, Map.of("hash", List.of(hash)), Map.of()).headers())
                .containsEntry("cache-control", "public, immutable")
                .containsKey("expires");
        Reply.Bytes elsewhere = get(APPS, Map.of("hash", List.of("old")), Map.of());
        assertThat(elsewhere.code()).isEqualTo(301);
        assertThat(elsewhere.headers()).containsEntry("location", url);
    }

    private Reply.Bytes get(String path, Map<String, List<String>> query, Map<String, String> headers) {
        var request = new ApiRequest("GET", path, query, headers, null);
        var call = new Call(request, RequestInfo.of(request), User.ADMIN, new Warnings());
        return (Reply.Bytes) paths.answer(call).orElseThrow();
    }
}
