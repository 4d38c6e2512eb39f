package io.amphora.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.client.Client;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import io.amphora.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Definitions, namespaces and objects are made and deleted at random by several at once. At no moment is there an
/// object in a namespace that is not there, or of a kind that is not defined, and at the end all is gone.
final class NothingIsLeftTest {
    private static final int ROUNDS = 10_000;
    private static final int PLAYERS = 8;
    private static final int GROUPS = 4;
    private static final int NAMESPACES = 6;
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String NAMESPACE_PATH = "/api/v1/namespaces";

    private final AtomicInteger made = new AtomicInteger();
    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(store, ApiServerConfig.standard());
    private final Transport transport = server.transport(User.ADMIN);
    private final Client client = new Client(transport, "test");

    @Test
    void whatever_is_made_goes_with_its_namespace_and_with_its_definition() throws Exception {
        try (var manager = new ControllerManager(
                client,
                _ -> client,
                Clock.system(),
                Metrics.NONE,
                Controllers.select(
                        List.of("namespace-controller", "garbage-collector-controller"), TestSettings.SETTINGS))) {
            manager.start();
            for (int i = 0; i < GROUPS; i++) untilMade(DEFINITIONS, definition("g" + i + ".com", true));
            for (int i = 0; i < NAMESPACES; i++) untilMade(NAMESPACE_PATH, namespace("ns" + i));
            play();
            assertThat(made).hasValueGreaterThan(500);
            for (int i = 0; i < NAMESPACES; i++) send("DELETE", NAMESPACE_PATH + "/ns" + i, null);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> custom(server.snapshot()).isEmpty());
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> namespaces(server.snapshot()).size() <= 4);
        } finally {
            server.close();
            store.close();
        }
    }

    private void play() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var players = new ArrayList<Future<?>>();
            for (int i = 0; i < PLAYERS; i++) {
                var random = new Random(i);
                players.add(threads.submit(() -> {
                    for (int round = 0; round < ROUNDS / PLAYERS; round++) play(random, round);
                }));
            }
            for (Future<?> player : players) player.get();
        }
    }

    private void play(Random random, int round) {
        String group = "g" + random.nextInt(GROUPS) + ".com";
        String namespace = "ns" + random.nextInt(NAMESPACES);
        String things = "/apis/" + group + "/v1/namespaces/" + namespace + "/things";
        switch (random.nextInt(200)) {
            case 0 -> {
                send("DELETE", DEFINITIONS + "/things." + group, null);
                untilMade(DEFINITIONS, definition(group, random.nextInt(10) > 0));
            }
            case 1, 2 -> {
                send("DELETE", NAMESPACE_PATH + "/" + namespace, null);
                untilMade(NAMESPACE_PATH, namespace(namespace));
            }
            case 3 -> send("DELETE", things + "/t" + random.nextInt(1000), null);
            default -> {
                boolean done = send("POST", things, """
                        {apiVersion: %s/v1, kind: Thing, metadata: {name: t%d}}""".formatted(group, random.nextInt(1000)));
                if (done) made.incrementAndGet();
                if (round % 10 == 0) requireNothingLost();
            }
        }
    }

    /// Others may make it first, and delete it again.
    private void untilMade(String path, String yaml) {
        String name = Yaml.read(yaml).object().object("metadata").text("name");
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> send("POST", path, yaml) || isOpen(path + "/" + name));
    }

    private boolean isOpen(String path) {
        try {
            return !transport
                    .call(new ApiRequest("GET", path, Map.of(), Map.of(), null))
                    .object("metadata")
                    .has("deletionTimestamp");
        } catch (ApiException absent) {
            return false;
        }
    }

    private static String namespace(String name) {
        return "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(name);
    }

    private static String definition(String group, boolean served) {
        return """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: things.%1$s}
                spec:
                  group: %1$s
                  scope: Namespaced
                  names: {plural: things, singular: thing, kind: Thing}
                  versions:
                  - {name: v1, served: true, storage: %2$s, schema: {openAPIV3Schema: {type: object}}}
                  - {name: v2, served: false, storage: %3$s, schema: {openAPIV3Schema: {type: object}}}
                """.formatted(group, served, !served);
    }

    private void requireNothingLost() {
        Snapshot snapshot = server.snapshot();
        var namespaces = new HashSet<>(namespaces(snapshot));
        for (String key : custom(snapshot)) {
            String[] parts = key.split("/");
            assertThat(namespaces).as(key).contains(parts[4]);
            assertThat(snapshot.find("/registry/apiextensions.k8s.io/customresourcedefinitions/things." + parts[2]))
                    .as(key)
                    .isPresent();
        }
    }

    private static List<String> namespaces(Snapshot snapshot) {
        var names = new ArrayList<String>();
        for (var entry : snapshot.list("/registry/core/namespaces/"))
            names.add(entry.value().name());
        return names;
    }

    private static List<String> custom(Snapshot snapshot) {
        var keys = new ArrayList<String>();
        for (int i = 0; i < GROUPS; i++)
            for (var entry : snapshot.list("/registry/g" + i + ".com/")) keys.add(entry.key());
        return keys;
    }

    /// What others have done meanwhile may be in the way.
    private boolean send(String method, String path, @Nullable String yaml) {
        ApiRequest.Body body = null;
        if (yaml != null) {
            ObjectTree object = Yaml.read(yaml).object();
            body = new ApiRequest.Body.Value("application/json", object);
        }
        try {
            transport.call(new ApiRequest(method, path, Map.of(), Map.of(), body));
            return true;
        } catch (ApiException refused) {
            assertThat(refused.code()).as(refused.getMessage()).isIn(403, 404, 409);
            return false;
        }
    }
}
