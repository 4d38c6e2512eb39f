package io.amphora.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.time.testing.FakeClock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Lists that are read in pages over a long time.
class ContinueTokensTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final MemoryStore store = new MemoryStore();
    private final ApiServer server =
            ApiServer.start(store, ApiServerConfig.standard().withClock(clock));
    private final Transport client = server.transport(User.ADMIN);

    @BeforeEach
    void fill() {
        for (String name : List.of("a", "b", "c")) create(name);
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    private void create(String name) {
        var body =
                new ApiRequest.Body.Value("application/json", Json.read("{\"metadata\":{\"name\":\"" + name + "\"}}"));
        client.call(new ApiRequest("POST", MAPS, Map.of(), Map.of(), body));
    }

    private ObjectTree page(String token) {
        Map<String, List<String>> query = token.isEmpty()
                ? Map.of("limit", List.of("1"))
                : Map.of("limit", List.of("1"), "continue", List.of(token));
        return client.call(new ApiRequest("GET", MAPS, query, Map.of(), null));
    }

    private static String next(ObjectTree page) {
        return page.object("metadata").text("continue");
    }

    private static String first(ObjectTree page) {
        return page.list("items").get(0).object().object("metadata").text("name");
    }

    /// Lets minutes pass, in each of which something is written and the server looks at its past.
    private void pass(int minutes) throws InterruptedException {
        for (int i = 0; i < minutes; i++) {
            clock.awaitWaiting(1);
            clock.advance(Duration.ofMinutes(1));
            create("d-" + clock.now().getEpochSecond());
        }
    }

    @Test
    void a_token_lasts_for_five_minutes_and_no_longer_than_ten() throws Exception {
        String token = next(page(""));
        pass(4);
        assertThat(first(page(token))).isEqualTo("b");
        pass(6);
        Awaitility.await().until(() -> isExpired(token));
    }

    private boolean isExpired(String token) {
        try {
            page(token);
            return false;
        } catch (ApiException refused) {
            return refused.code() == 410;
        }
    }

    @Test
    void an_expired_list_goes_on_with_the_present() throws Exception {
        String token = next(page(""));
        pass(10);
        Awaitility.await().until(() -> isExpired(token));
        assertThatThrownBy(() -> page(token)).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.status().text("reason")).isEqualTo("Expired");
            assertThat(refused.getMessage())
                    .startsWith("The provided continue parameter is too old to display a consistent list result.");
            assertThat(first(page(next(refused.status())))).isEqualTo("b");
        });
    }

    @Test
    void a_watch_resumes_where_no_list_does() throws Exception {
        String revision = page("").object("metadata").text("resourceVersion");
        String token = next(page(""));
        pass(10);
        Awaitility.await().until(() -> isExpired(token));
        var told = new CountDownLatch(10);
        var request = new ApiRequest(
                "GET", MAPS, Map.of("watch", List.of("1"), "resourceVersion", List.of(revision)), Map.of(), null);
        try (var _ = client.watch(request, event -> told.countDown(), () -> {})) {
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
