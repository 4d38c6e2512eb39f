package io.amphora.apiserver.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.machinery.time.Clock;
import io.amphora.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableRequestsTest {
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final User ADMIN = new User("admin", "admin", List.of(User.MASTERS), Map.of());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST | /apis/authentication.k8s.io/v1/selfsubjectreviews       |                    | 406
            POST | /apis/authentication.k8s.io/v1/selfsubjectreviews       | , application/json | 201
            GET  | /api/v1/namespaces?includeObject=Everything             |                    | 400
            GET  | /api/v1/namespaces/default?includeObject=none           |                    | 400
            GET  | /api/v1/namespaces?includeObject=x&watch=true           |                    | 400
            GET  | /api/v1/namespaces?includeObject=None                   |                    | 200
            GET  | /api/v1/namespaces?includeObject=                       |                    | 200
            """)
    void a_table_is_given_where_there_is_one(String method, String path, String otherwise, int code) {
        try (var server = ApiServer.start(
                new MemoryStore(),
                ApiServerConfig.standard().withTokens(List.of((token, audiences) -> Optional.of(ADMIN))))) {
            var http = new InMemoryHttp(server.http(), Map.of("Authorization", "Bearer admin"), Clock.system());
            byte[] body = method.equals("GET") ? new byte[0] : "{}".getBytes(StandardCharsets.UTF_8);
            assertThat(http.call(
                                    method,
                                    path,
                                    Map.of(
                                            "Accept",
                                            TABLE + (otherwise == null ? "" : otherwise),
                                            "Content-Type",
                                            "application/json"),
                                    body)
                            .code())
                    .isEqualTo(code);
        }
    }
}
