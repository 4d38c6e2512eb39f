package io.amphora.apiserver.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.apiserver.testing.RawServer.Answer;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LongListTest {
    private static final String PATH = "/api/v1/namespaces/default/configmaps";
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");

    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(
            store, ApiServerConfig.standard().withTokens(List.of((token, audiences) -> Optional.of(User.ADMIN))));
    private final InMemoryHttp http =
            new InMemoryHttp(server.http(), Map.of("authorization", "Bearer admin"), Clock.system());

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    @Test
    void a_list_that_leaves_while_it_is_written_is_as_one_that_was_put_together() {
        for (int i = 0; i < 40; i++) create("map-" + i, "x".repeat(10_000));
        Answer whole = get(PATH);
        ObjectTree list = Json.read(whole.body()).object();
        assertThat(whole.code()).isEqualTo(200);
        assertThat(whole.header("content-type")).isEqualTo("application/json");
        assertThat(whole.body()).hasSizeGreaterThan(400_000).endsWith((byte) '\n');
        assertThat(list.text("kind")).isEqualTo("ConfigMapList");
        assertThat(list.list("items").size()).isEqualTo(40);

        ObjectTree page = Json.read(get(PATH + "?limit=5").body()).object();
        for (int i = 0; i < 5; i++)
            assertThat(list.list("items").get(i)).isEqualTo(page.list("items").get(i));
    }

    @Test
    void who_asks_for_the_head_of_a_long_list_gets_no_body() {
        for (int i = 0; i < 40; i++) create("map-" + i, "x".repeat(10_000));
        assertThat(http.call("HEAD", PATH, Map.of(), new byte[0]).body()).isEmpty();
    }

    private void create(String name, String text) {
        byte[] body = ("{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"text\":\"" + text + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(http.call("POST", PATH, JSON, body).code()).isEqualTo(201);
    }

    private Answer get(String target) {
        return http.call("GET", target, Map.of(), new byte[0]);
    }
}
