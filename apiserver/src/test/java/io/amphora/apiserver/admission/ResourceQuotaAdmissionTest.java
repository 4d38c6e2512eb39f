package io.amphora.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import io.amphora.store.MemoryStore;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResourceQuotaAdmissionTest {
    private static final String IN = "/api/v1/namespaces/default/";

    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(store, ApiServerConfig.standard());
    private final Transport client = server.transport(User.ADMIN);

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    @Test
    void what_is_let_through_is_booked_and_what_is_too_much_is_refused() {
        quota("{configmaps: '1'}", "{configmaps: '0'}");
        post("configmaps", "{metadata: {name: a}}");
        assertThat(used().text("configmaps")).isEqualTo("1");
        assertThatThrownBy(() -> post("configmaps", "{metadata: {name: b}}"))
                .hasMessage("configmaps \"b\" is forbidden: exceeded quota: q, requested: configmaps=1, used:"
                        + " configmaps=1, limited: configmaps=1");
    }

    @Test
    void where_cpu_is_limited_every_container_says_how_much_it_needs() {
        quota("{requests.cpu: '1'}", "{requests.cpu: '0'}");
        assertThatThrownBy(() -> post("pods", "{metadata: {name: p}, spec: {containers: [{name: c, image: i}]}}"))
                .hasMessageContaining("failed quota: q: must specify requests.cpu for: c");
    }

    @Test
    void a_quota_that_nobody_has_counted_yet_lets_nothing_through() {
        quota("{configmaps: '1'}", "{}");
        assertThatThrownBy(() -> post("configmaps", "{metadata: {name: a}}"))
                .hasMessageContaining("status unknown for quota: q, resources: configmaps");
    }

    private void quota(String hard, String used) {
        post("resourcequotas", "{metadata: {name: q}, spec: {hard: " + hard + "}}");
        send("PATCH", IN + "resourcequotas/q/status", "{status: {hard: " + hard + ", used: " + used + "}}");
    }

    private ObjectTree used() {
        return client.call(new ApiRequest("GET", IN + "resourcequotas/q", Map.of(), Map.of(), null))
                .object("status")
                .object("used");
    }

    private void post(String plural, String yaml) {
        send("POST", IN + plural, yaml);
    }

    private void send(String method, String path, String yaml) {
        String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        client.call(new ApiRequest(
                method,
                path,
                Map.of(),
                Map.of(),
                new ApiRequest.Body.Value(type, Yaml.read(yaml).object())));
    }
}
