package io.amphora.apiserver.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.state.Capacity;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Interest;
import io.amphora.apiserver.state.Key;
import io.amphora.apiserver.state.Stored;
import io.amphora.apiserver.state.Watch;
import io.amphora.apiserver.state.Window;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Users who write, or watch without reading, until there is no memory left: what is refused, and what goes on.
class FillingAttacksTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final Capacity SMALL = new Capacity(4 << 20, 512 << 10, 100 << 10);

    private final MemoryStore store = new MemoryStore();
    private ApiServer server = start(SMALL);
    private Transport client = server.transport(User.ADMIN);

    private ApiServer start(Capacity capacity) {
        return ApiServer.start(
                store,
                ApiServerConfig.standard()
                        .withCapacity(capacity)
                        .withTokens(List.of((token, audiences) -> Optional.of(User.ADMIN))));
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    @Test
    void an_object_that_is_too_large_is_refused_however_it_is_written() {
        call("POST", MAPS, map("c", 10));
        ObjectTree large = map("c", 101 << 10);
        assertThatThrownBy(() -> call("POST", MAPS, map("d", 101 << 10))).satisfies(FillingAttacksTest::isTooLarge);
        assertThatThrownBy(() -> call("PUT", MAPS + "/c", large)).satisfies(FillingAttacksTest::isTooLarge);
        for (String type : List.of("merge-patch+json", "strategic-merge-patch+json"))
            assertThatThrownBy(() -> patch("/c", Map.of(), type, large)).satisfies(FillingAttacksTest::isTooLarge);
        var apply = Map.of("fieldManager", List.of("m"), "force", List.of("true"));
        assertThatThrownBy(() -> patch("/c", apply, "apply-patch+yaml", large))
                .satisfies(FillingAttacksTest::isTooLarge);
    }

    @Test
    void who_fills_the_state_is_refused_while_reads_deletions_and_renewals_go_on() {
        call("POST", MAPS, map("first", 10));
        ObjectTree lease = call("POST", "/apis/coordination.k8s.io/v1/namespaces/default/leases", lease("2026-01-01"));
        int made = fill();
        assertThat(made).isGreaterThan(3);
        assertThat(call("GET", MAPS, null).list("items").size()).isGreaterThan(made);
        ObjectTree renewed = lease.withAt(Tree.of("2026-01-02T00:00:00.000000Z"), "spec", "renewTime");
        call("PUT", "/apis/coordination.k8s.io/v1/namespaces/default/leases/l", renewed);
        assertThatThrownBy(() -> call("PUT", MAPS + "/first", map("first", 90 << 10)))
                .satisfies(FillingAttacksTest::isFull);

        call("DELETE", MAPS + "/m0", null);
        call("DELETE", MAPS + "/m1", null);
        call("POST", MAPS, map("again", 50 << 10));
    }

    @Test
    void a_full_state_is_told_by_a_check_of_its_own_while_the_server_stays_ready() {
        var http = new InMemoryHttp(server.http(), Map.of("authorization", "Bearer admin"), Clock.system());
        assertThat(ready(http, "?verbose")).contains("[+]state-capacity ok\n").endsWith("readyz check passed\n");
        fill();
        assertThat(http.call("GET", "/readyz", Map.of(), new byte[0]).code()).isEqualTo(200);
        assertThat(ready(http, "?verbose"))
                .containsPattern("\\[-]state-capacity failed: writes that need more room are refused: the objects of"
                        + " the cluster take [34] MiB of 4\n")
                .endsWith("readyz check passed\n");
        assertThat(ready(http, "/state-capacity")).startsWith("internal server error: writes that need more room");
        call("DELETE", MAPS + "/m0", null);
        assertThat(ready(http, "/state-capacity")).isEqualTo("ok");
    }

    private static String ready(InMemoryHttp http, String which) {
        return new String(
                http.call("GET", "/readyz" + which, Map.of(), new byte[0]).body(), StandardCharsets.UTF_8);
    }

    @Test
    void a_server_with_less_room_than_before_starts_and_lets_things_be_deleted() {
        int made = fill();
        server.close();
        server = start(new Capacity(3 << 20, 512 << 10, 100 << 10));
        client = server.transport(User.ADMIN);
        assertThatThrownBy(() -> call("POST", MAPS, map("more", 90 << 10))).satisfies(FillingAttacksTest::isFull);
        for (int i = 0; i < made; i++) call("DELETE", MAPS + "/m" + i, null);
        call("POST", MAPS, map("more", 90 << 10));
    }

    @Test
    void watchers_that_do_not_read_are_cut_off_the_slowest_first() throws Exception {
        try (var own = new MemoryStore();
                var state = new ClusterState(own, Clock.system(), Window.USUAL, SMALL)) {
            Watch slow = state.watch(everyMap(), 0);
            Watch reader = state.watch(everyMap(), 0);
            Stored last = state.create(Key.of(ConfigMaps.DEFINITION, "default", "c"), map("c", 50 << 10))
                    .orElseThrow();
            reader.take();
            for (int i = 0; i < 40; i++) {
                last = state.replace(last, map("c", (50 << 10) + i)).orElseThrow();
                assertThat(reader.take()).isPresent();
            }
            int taken = 0;
            while (slow.take().isPresent()) taken++;
            assertThat(taken).isLessThan(12);
        }
    }

    private static Interest everyMap() {
        return new Interest(ConfigMaps.DEFINITION, Key.prefix(ConfigMaps.DEFINITION), any -> true, null);
    }

    private int fill() {
        for (int i = 0; ; i++) {
            try {
                call("POST", MAPS, map("m" + i, 90 << 10));
            } catch (ApiException refused) {
                isFull(refused);
                return i;
            }
        }
    }

    private static void isTooLarge(Throwable refused) {
        assertThat(refused).isInstanceOf(ApiException.class).hasMessage("etcdserver: request is too large");
        assertThat(((ApiException) refused).code()).isEqualTo(500);
    }

    private static void isFull(Throwable refused) {
        assertThat(refused).isInstanceOf(ApiException.class).hasMessageContaining("there is no room for more");
        assertThat(((ApiException) refused).code()).isEqualTo(507);
    }

    private ObjectTree call(String method, String path, ObjectTree body) {
        return client.call(new ApiRequest(
                method,
                path,
                Map.of(),
                Map.of(),
                body == null ? null : new ApiRequest.Body.Value("application/json", body)));
    }

    private ObjectTree patch(String name, Map<String, List<String>> query, String type, ObjectTree body) {
        return client.call(new ApiRequest(
                "PATCH", MAPS + name, query, Map.of(), new ApiRequest.Body.Value("application/" + type, body)));
    }

    private static ObjectTree map(String name, int bytes) {
        return ObjectTree.of(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                ObjectTree.of("name", name, "namespace", "default"),
                "data",
                ObjectTree.of("a", "x".repeat(bytes)));
    }

    private static ObjectTree lease(String day) {
        return ObjectTree.of(
                "apiVersion",
                "coordination.k8s.io/v1",
                "kind",
                "Lease",
                "metadata",
                ObjectTree.of("name", "l", "namespace", "default"),
                "spec",
                ObjectTree.of("holderIdentity", "h", "renewTime", day + "T00:00:00.000000Z"));
    }
}
