package io.amphora.apiserver.metrics;

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
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final User ADMIN = new User("admin", "admin", List.of(User.MASTERS), Map.of());
    private static final Pattern LINE = Pattern.compile(
            "# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*})? [-+0-9.E]+");

    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(
            store, ApiServerConfig.standard().withTokens(List.of((token, audiences) -> Optional.of(ADMIN))));
    private final InMemoryHttp http =
            new InMemoryHttp(server.http(), Map.of("Authorization", "Bearer admin"), Clock.system());

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    private String call(String method, String target, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var answer = http.call(method, target, Map.of("Content-Type", "application/json"), bytes);
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static String request(String code, String labels) {
        return "apiserver_request_total{code=\"" + code + "\",component=\"apiserver\"," + labels + "} ";
    }

    @Test
    void requests_are_counted_by_what_they_are_about() {
        call("GET", "/api/v1/namespaces/default/configmaps/x", "");
        call("GET", "/api/v1/namespaces/default/configmaps/y", "");
        call("POST", "/api/v1/namespaces/default/configmaps?dryRun=All", "{\"metadata\":{\"name\":\"x\"}}");
        call("GET", "/apis/apps/v1/deployments", "");
        call("GET", "/api/v1/invented", "");
        String told = call("GET", "/metrics", "");
        assertThat(told)
                .contains(request(
                                "404",
                                "dry_run=\"\",group=\"\",resource=\"configmaps\",scope=\"resource\","
                                        + "subresource=\"\",verb=\"GET\",version=\"v1\"")
                        + "2\n")
                .contains(request(
                                "201",
                                "dry_run=\"All\",group=\"\",resource=\"configmaps\",scope=\"resource\","
                                        + "subresource=\"\",verb=\"POST\",version=\"v1\"")
                        + "1\n")
                .contains(request(
                                "200",
                                "dry_run=\"\",group=\"apps\",resource=\"deployments\",scope=\"cluster\","
                                        + "subresource=\"\",verb=\"LIST\",version=\"v1\"")
                        + "1\n")
                .contains("le=\"+Inf\"} 2\n")
                .doesNotContain("invented");
    }

    @Test
    void the_state_and_the_process_are_told() {
        assertThat(call("GET", "/metrics", ""))
                .contains("apiserver_storage_objects{resource=\"namespaces\"} 4\n")
                .contains("apiserver_current_inflight_requests{request_kind=\"readOnly\"} 1\n")
                .contains("process_cpu_seconds_total ", "jvm_memory_used_bytes{area=\"heap\"} ");
    }

    @Test
    void every_line_is_prometheus_text() {
        assertThat(call("GET", "/metrics", "").lines())
                .allMatch(line -> LINE.matcher(line).matches());
    }
}
