package io.amphora.apiserver.custom;

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
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CustomResourcesTest {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String TABS = "/apis/example.com/v1/namespaces/default/tabs";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(store, ApiServerConfig.standard());
    private final Transport client = server.transport(User.ADMIN);

    @BeforeEach
    void define() throws InterruptedException {
        call("POST", DEFINITIONS, """
                metadata: {name: tabs.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: tabs, kind: Tab}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    subresources: {status: {}, scale: {specReplicasPath: .spec.count, statusReplicasPath: .status.count}}
                    schema:
                      openAPIV3Schema:
                        type: object
                        properties:
                          spec:
                            type: object
                            properties:
                              count: {type: integer, minimum: 1, default: 2}
                              names: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                          status: {type: object, properties: {count: {type: integer}}}
                  - name: v1beta1
                    served: true
                    storage: false
                    schema:
                      openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
                """);
        until("the kind is served", () -> isThere(TABS));
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    @Test
    void objects_are_pruned_given_defaults_and_checked() {
        ObjectTree made = call("POST", TABS, "{metadata: {name: a}, spec: {other: 1}, status: {count: 7}}");
        assertThat(made.object("spec")).isEqualTo(ObjectTree.of("count", 2));
        assertThat(made.has("status")).isFalse();
        assertThatThrownBy(() -> call("POST", TABS, "{metadata: {name: b}, spec: {count: 0}}"))
                .hasMessage(
                        "Tab.example.com \"b\" is invalid: spec.count: Invalid value: 0: spec.count in body should be"
                                + " greater than or equal to 1");
        assertThatThrownBy(() -> call("POST", TABS, "{metadata: {name: b}, spec: {names: [x, x]}}"))
                .hasMessage("Tab.example.com \"b\" is invalid: spec.names[1]: Duplicate value: \"x\"");
    }

    @Test
    void status_and_scale_change_their_parts_alone() {
        call("POST", TABS, "{metadata: {name: a}, spec: {}}");
        ObjectTree status = patch(TABS + "/a/status", "{spec: {count: 9}, status: {count: 1}}");
        assertThat(status.object("spec").whole("count")).isEqualTo(2);
        assertThat(status.object("metadata").whole("generation")).isEqualTo(1);
        ObjectTree scale = patch(TABS + "/a/scale", "{spec: {replicas: 4}}");
        assertThat(scale.object("status").whole("replicas")).isEqualTo(1);
        ObjectTree scaled = call("GET", TABS + "/a", null);
        assertThat(scaled.object("spec").whole("count")).isEqualTo(4);
        assertThat(scaled.object("metadata").whole("generation")).isEqualTo(2);
    }

    @Test
    void one_object_is_seen_in_every_version() {
        call("POST", TABS, "{metadata: {name: a}, spec: {}}");
        ObjectTree old = call("GET", TABS.replace("v1", "v1beta1") + "/a", null);
        assertThat(old.text("apiVersion")).isEqualTo("example.com/v1beta1");
        assertThat(old.object("spec").whole("count")).isEqualTo(2);
    }

    @Test
    void with_the_definition_its_objects_go() throws InterruptedException {
        call("POST", TABS, "{metadata: {name: a}, spec: {}}");
        call("DELETE", DEFINITIONS + "/tabs.example.com", null);
        until("the definition is gone", () -> !isThere(DEFINITIONS + "/tabs.example.com"));
        until("the kind is gone", () -> !isThere(TABS));
        define();
        assertThat(call("GET", TABS, null).list("items")).isEmpty();
    }

    private boolean isThere(String path) {
        try {
            call("GET", path, null);
            return true;
        } catch (RuntimeException notFound) {
            return false;
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void until(String what, Condition condition) throws InterruptedException {
        var clock = io.amphora.machinery.time.Clock.system();
        var end = clock.now().plus(PATIENCE);
        while (!condition.holds()) {
            if (clock.now().isAfter(end)) throw new AssertionError("never: " + what);
            clock.sleep(Duration.ofMillis(5));
        }
    }

    private ObjectTree patch(String path, String yaml) {
        var body = new ApiRequest.Body.Value(
                "application/merge-patch+json", Yaml.read(yaml).object());
        return client.call(new ApiRequest("PATCH", path, Map.of(), Map.of(), body));
    }

    private ObjectTree call(String method, String path, @org.jspecify.annotations.Nullable String yaml) {
        ApiRequest.Body body = null;
        if (yaml != null) {
            ObjectTree object = Yaml.read(yaml).object();
            boolean definition = path.equals(DEFINITIONS);
            body = new ApiRequest.Body.Value(
                    "application/json",
                    object.with("apiVersion", definition ? "apiextensions.k8s.io/v1" : "example.com/v1")
                            .with("kind", definition ? "CustomResourceDefinition" : "Tab"));
        }
        return client.call(new ApiRequest(method, path, Map.of(), Map.of(), body));
    }
}
