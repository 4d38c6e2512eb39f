package io.amphora.apiserver.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.chain.Credentials;
import io.amphora.apiserver.chain.RequestChain;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import io.amphora.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void who_hears_that_a_kind_is_established_finds_it_served() throws InterruptedException {
        var missing = new LinkedBlockingQueue<Boolean>();
        try (var _ = client.watch(
                new ApiRequest("GET", DEFINITIONS, Map.of("watch", List.of("true")), Map.of(), null),
                event -> {
                    boolean established = event.object().object("status").list("conditions").stream()
                            .anyMatch(each -> each.object().text("type").equals("Established")
                                    && each.object().text("status").equals("True"));
                    String group = event.object().object("spec").text("group");
                    if (established) missing.add(!isThere("/apis/" + group + "/v1"));
                },
                () -> {})) {
            for (int i = 0; i < 50; i++) define("g" + i + ".com");
            for (int i = 0; i < 50; i++)
                assertThat(missing.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isFalse();
        }
    }

    private void define(String group) {
        call("POST", DEFINITIONS, """
                metadata: {name: %1$s}
                spec:
                  group: %1$s
                  scope: Cluster
                  names: {plural: things, kind: Thing}
                  versions:
                  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
                """.formatted(group).replace("name: " + group, "name: things." + group));
    }

    @Test
    void nothing_is_made_of_a_kind_whose_definition_is_going() {
        call("POST", TABS, "{metadata: {name: held, finalizers: [example.com/hold]}}");
        call("DELETE", DEFINITIONS + "/tabs.example.com", null);
        String refusal =
                "tabs.example.com \"b\" is forbidden: create not allowed while custom resource definition is terminating";
        assertThatThrownBy(() -> call("POST", TABS, "{metadata: {name: b}}")).hasMessage(refusal);
        assertThatThrownBy(() -> client.call(new ApiRequest(
                        "PATCH",
                        TABS + "/b",
                        Map.of("fieldManager", List.of("me")),
                        Map.of(),
                        new ApiRequest.Body.Value(
                                "application/apply-patch+yaml",
                                Yaml.read("{apiVersion: example.com/v1, kind: Tab, metadata: {name: b}}")))))
                .hasMessage(refusal);
        patch(TABS + "/held", "{spec: {count: 3}}");
        patch(DEFINITIONS + "/tabs.example.com", "{metadata: {annotations: {a: b}}}");
        patch(TABS + "/held", "{metadata: {finalizers: null}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            short           | true
            example.com/a   | false
            orphan          | false
            """)
    void a_finalizer_without_a_domain_is_warned_of(String finalizer, boolean warned) {
        String json =
                "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Tab\",\"metadata\":{\"name\":\"a\",\"finalizers\":[\"%s\"]}}"
                        .formatted(finalizer);
        RequestChain.Answer answer = server.chain()
                .answer(
                        new ApiRequest(
                                "POST",
                                TABS,
                                Map.of(),
                                Map.of(),
                                new ApiRequest.Body.Bytes("application/json", json.getBytes(StandardCharsets.UTF_8))),
                        new Credentials.Known(User.ADMIN));
        assertThat(answer.reply().code()).isEqualTo(201);
        assertThat(answer.warnings())
                .isEqualTo(
                        warned
                                ? List.of("metadata.finalizers: \"short\": prefer a domain-qualified finalizer name"
                                        + " including a path (/) to avoid accidental conflicts with other finalizer"
                                        + " writers")
                                : List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/status", "/scale"})
    void a_strategic_merge_patch_is_415_and_no_document_offers_one(String part) {
        call("POST", TABS, "{metadata: {name: a}}");
        assertThatThrownBy(() -> client.call(new ApiRequest(
                        "PATCH",
                        TABS + "/a" + part,
                        Map.of(),
                        Map.of(),
                        new ApiRequest.Body.Value("application/strategic-merge-patch+json", ObjectTree.EMPTY))))
                .hasMessage("the body of the request was in an unknown format - accepted media types include:"
                        + " application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
        String path = TABS.replace("default", "{namespace}") + "/{name}" + part;
        ObjectTree version2 = call("GET", "/openapi/v2", null).object("paths").object(path);
        assertThat(version2.object("patch").list("consumes").stream().map(Tree::text))
                .containsExactly(
                        "application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml");
        ObjectTree version3 = call("GET", "/openapi/v3/apis/example.com/v1", null)
                .object("paths")
                .object(path);
        assertThat(version3.object("patch")
                        .object("requestBody")
                        .object("content")
                        .names())
                .containsExactlyInAnyOrder(
                        "application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml");
    }

    @Test
    void of_two_that_want_one_name_the_first_has_it_until_it_goes() throws InterruptedException {
        for (String name : List.of("as", "bs")) call("POST", DEFINITIONS, """
                metadata: {name: %1$s.names.com}
                spec:
                  group: names.com
                  scope: Cluster
                  names: {plural: %1$s, kind: Same, listKind: SameOf%1$s, shortNames: [s]}
                  versions:
                  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
                """.formatted(name));
        until(
                "both are decided about",
                () -> condition("as", "NamesAccepted").equals("True")
                        && condition("bs", "NamesAccepted").equals("False"));
        assertThat(condition("bs", "Established")).isEqualTo("False");
        until("the first is served", () -> isThere("/apis/names.com/v1/as"));
        assertThat(isThere("/apis/names.com/v1/bs")).isFalse();
        assertThat(call("GET", "/apis/names.com/v1/as", null).text("kind")).isEqualTo("SameOfas");
        call("DELETE", DEFINITIONS + "/as.names.com", null);
        until("the second is served", () -> isThere("/apis/names.com/v1/bs"));
        until("the second is established", () -> condition("bs", "Established").equals("True"));
        assertThat(call("GET", "/apis/names.com/v1", null)
                        .list("resources")
                        .get(0)
                        .object()
                        .list("shortNames"))
                .containsExactly(Tree.of("s"));
    }

    private String condition(String name, String type) {
        return call("GET", DEFINITIONS + "/" + name + ".names.com", null).object("status").list("conditions").stream()
                .map(Tree::object)
                .filter(each -> each.text("type").equals(type))
                .map(each -> each.text("status"))
                .findFirst()
                .orElse("");
    }

    @Test
    void a_definition_does_not_take_the_place_of_what_is_built_in() throws InterruptedException {
        call("POST", DEFINITIONS, """
                metadata:
                  name: deployments.apps.k8s.io
                  annotations: {api-approved.kubernetes.io: "unapproved, a test"}
                spec:
                  group: apps.k8s.io
                  scope: Namespaced
                  names: {plural: deployments, kind: Deployment}
                  versions:
                  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
                """);
        call("POST", DEFINITIONS, """
                metadata:
                  name: roles.rbac.authorization.k8s.io
                  annotations: {api-approved.kubernetes.io: "unapproved, a test"}
                spec:
                  group: rbac.authorization.k8s.io
                  scope: Namespaced
                  names: {plural: roles, kind: Role}
                  versions:
                  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
                """);
        until("the other group is served", () -> isThere("/apis/apps.k8s.io/v1/namespaces/default/deployments"));
        assertThatThrownBy(() -> client.call(new ApiRequest(
                        "POST",
                        "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles",
                        Map.of(),
                        Map.of(),
                        new ApiRequest.Body.Value("application/json", Yaml.read("""
                                {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: a},
                                 rules: [{resources: [pods]}]}
                                """)))))
                .hasMessageContaining("rules[0].verbs: Required value");
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
