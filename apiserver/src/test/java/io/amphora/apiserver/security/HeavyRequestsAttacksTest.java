package io.amphora.apiserver.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.AdmissionPlugin;
import io.amphora.apiserver.admission.AdmissionRequest;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests whose bodies take long to check: everybody else is answered meanwhile.
@Timeout(60)
class HeavyRequestsAttacksTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private volatile boolean ended;
    private final CountDownLatch computing = new CountDownLatch(1);
    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(
            store,
            ApiServerConfig.standard()
                    .withPlugins(List.of(new Endless()))
                    .withTokens(List.of((token, audiences) -> Optional.of(User.of(token, User.MASTERS)))));

    /// Checks large objects until the test is over, as a bad validation would.
    private final class Endless implements AdmissionPlugin {
        @Override
        public String name() {
            return "Endless";
        }

        @Override
        public void validate(AdmissionRequest request, ObjectTree object) {
            if (!object.object("data").has("large")) return;
            computing.countDown();
            while (!ended) Thread.onSpinWait();
        }
    }

    @AfterEach
    void stop() {
        ended = true;
        server.close();
        store.close();
    }

    @Test
    void health_and_small_requests_are_answered_while_large_ones_are_computed() throws Exception {
        int carriers = Runtime.getRuntime().availableProcessors();
        assumeTrue(carriers > 1, "with one processor there is one carrier");
        var large = new ArrayList<FutureTask<Integer>>();
        for (int i = 0; i < 2 * carriers; i++) large.add(start("POST", MAPS, map("l" + i, "large", 200_000)));
        computing.await();
        assertThat(start("GET", "/healthz", "").get()).isEqualTo(200);
        assertThat(start("POST", MAPS, map("small", "a", 10)).get()).isEqualTo(201);
        ended = true;
        for (var each : large) assertThat(each.get()).isEqualTo(201);
    }

    private FutureTask<Integer> start(String method, String path, String body) {
        var http = new InMemoryHttp(
                server.http(),
                Map.of("authorization", "Bearer somebody", "content-type", "application/json"),
                Clock.system());
        var task = new FutureTask<>(() -> http.call(method, path, Map.of(), body.getBytes(StandardCharsets.UTF_8))
                .code());
        Thread.ofVirtual().start(task);
        return task;
    }

    private static String map(String name, String key, int bytes) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"" + key + "\":\"" + "x".repeat(bytes) + "\"}}";
    }
}
