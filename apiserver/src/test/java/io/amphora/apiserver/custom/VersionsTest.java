package io.amphora.apiserver.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import io.amphora.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A definition of two versions whose schemas differ: `v1` is stored, `v2` has narrower rules, other defaults and a
/// field more and one less.
final class VersionsTest {
    private static final String DEFINITION =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/shirts.example.com";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(store, ApiServerConfig.standard());
    private final Transport client = server.transport(User.ADMIN);

    private static final String DEFINED = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: shirts.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: shirts, singular: shirt, kind: Shirt}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}, scale: {specReplicasPath: .spec.count, statusReplicasPath: .status.count}}
                selectableFields: [{jsonPath: .spec.color}]
                additionalPrinterColumns: [{name: Color, type: string, jsonPath: .spec.color}]
                schema: {openAPIV3Schema: {type: object, properties: {
                  spec: {type: object, properties: {
                    color: {type: string, default: white}, count: {type: integer, maximum: 9}, old: {type: string},
                    both: {type: string}}},
                  status: {type: object, properties: {count: {type: integer}, phase: {type: string}}}}}}
              - name: v2
                served: true
                storage: false
                subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}
                selectableFields: [{jsonPath: .spec.size}]
                additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
                schema: {openAPIV3Schema: {type: object, properties: {
                  spec: {type: object, required: [both], properties: {
                    color: {type: string, default: black, enum: [black, white]}, size: {type: integer, maximum: 3},
                    both: {type: string}}},
                  status: {type: object, properties: {phase: {type: string, enum: [Good]}}}}}}
            """;

    @BeforeEach
    void define() throws InterruptedException {
        send("POST", DEFINITION.substring(0, DEFINITION.lastIndexOf('/')), DEFINED);
        until(
                "it is established",
                () -> send("GET", DEFINITION, (ObjectTree) null).object("status").list("conditions").stream()
                        .anyMatch(each -> each.object().text("type").equals("Established")
                                && each.object().text("status").equals("True")));
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    // ---- the version of a request rules ----

    @Test
    void defaults_are_those_of_the_version_that_is_spoken() {
        assertThat(create("v1", "a", "{}").object("spec").text("color")).isEqualTo("white");
        assertThat(create("v2", "b", "{both: x}").object("spec").text("color")).isEqualTo("black");
        assertThat(get("v1", "b").object("spec").text("color")).isEqualTo("black");
    }

    @Test
    void rules_are_those_of_the_version_that_is_spoken() {
        assertThatThrownBy(() -> create("v2", "a", "{both: x, color: red}"))
                .hasMessage("Shirt.example.com \"a\" is invalid: spec.color: Unsupported value: \"red\":"
                        + " supported values: \"black\", \"white\"");
        assertThatThrownBy(() -> create("v2", "a", "{color: white}"))
                .hasMessage("Shirt.example.com \"a\" is invalid: spec.both: Required value");
        assertThat(create("v1", "a", "{color: red, count: 9}").object("spec").text("color"))
                .isEqualTo("red");
        assertThatThrownBy(() -> create("v1", "c", "{count: 10}")).hasMessageContaining("less than or equal to 9");
    }

    @Test
    void unknown_fields_are_those_of_the_version_that_is_spoken_and_of_the_stored_one() {
        ObjectTree made = create("v2", "a", "{both: x, size: 1, old: p}");
        assertThat(made.object("spec")).isEqualTo(ObjectTree.of("both", "x", "color", "black"));
        assertThat(create("v1", "b", "{old: p}").object("spec").text("old")).isEqualTo("p");
        assertThat(get("v2", "b").object("spec").has("old")).isFalse();
        assertThat(get("v1", "b").object("spec").text("old")).isEqualTo("p");
    }

    @Test
    void a_patch_is_ruled_by_its_version_and_what_it_leaves_alone_is_let_through() {
        create("v1", "a", "{color: red, both: x}");
        ObjectTree patched = patch("v2", "a", "", "{metadata: {labels: {l: m}}}");
        assertThat(patched.text("apiVersion")).isEqualTo("example.com/v2");
        assertThat(patched.object("spec").text("color")).isEqualTo("red"); // wrong here before, and not touched
        assertThatThrownBy(() -> patch("v2", "a", "", "{spec: {color: green}}"))
                .hasMessageContaining("supported values");
        assertThat(patch("v1", "a", "", "{spec: {color: green}}").object("spec").text("color"))
                .isEqualTo("green");
        assertThatThrownBy(() -> patch("v2", "a", "", "{spec: {size: 4}}")).hasMessageContaining("equal to 3");
    }

    @Test
    void the_status_is_ruled_by_its_version() {
        create("v1", "a", "{both: x}");
        assertThatThrownBy(() -> patch("v2", "a", "/status", "{status: {phase: Bad}}"))
                .hasMessageContaining("status.phase: Unsupported value");
        assertThat(patch("v1", "a", "/status", "{status: {phase: Bad}}")
                        .object("status")
                        .text("phase"))
                .isEqualTo("Bad");
        assertThat(get("v1", "a").object("metadata").whole("generation")).isEqualTo(1);
    }

    @Test
    void the_scale_is_where_its_version_has_it() throws InterruptedException {
        create("v1", "a", "{count: 2, both: x}");
        ObjectTree scale = send("GET", path("v1", "a") + "/scale", (ObjectTree) null);
        assertThat(scale.object("spec").whole("replicas")).isEqualTo(2);
        assertThat(patch("v1", "a", "/scale", "{spec: {replicas: 5}}")
                        .object("spec")
                        .whole("replicas"))
                .isEqualTo(5);
        assertThatThrownBy(() -> send("GET", path("v2", "a") + "/scale", (ObjectTree) null))
                .hasMessageContaining(".spec.size");
        change(definition -> definition.withAt(Yaml.read("{type: integer}"), "spec", "properties", "size"), "v1");
        until("the stored version has a size", () -> patchOrNull("v2", "a", "{spec: {size: 1}}", "size"));
        assertThat(send("GET", path("v2", "a") + "/scale", (ObjectTree) null)
                        .object("spec")
                        .whole("replicas"))
                .isEqualTo(1);
        assertThatThrownBy(() -> patch("v2", "a", "/scale", "{spec: {replicas: 5}}"))
                .hasMessageContaining("spec.size in body should be less than or equal to 3");
    }

    @Test
    void an_apply_is_ruled_by_its_version_and_owned_in_it() {
        create("v1", "a", "{color: red, both: x}");
        ObjectTree applied = apply("v2", "a", "me", "{both: p}", true);
        assertThat(applied.object("spec").text("color")).isEqualTo("red");
        assertThat(managers(applied)).contains("me example.com/v2").hasSize(2);
        assertThat(managers(apply("v1", "a", "me", "{both: p}", false)))
                .contains("me example.com/v1")
                .hasSize(2);
        assertThatThrownBy(() -> apply("v2", "a", "me", "{both: p, old: z}", false))
                .hasMessageContaining(".spec.old: field not declared in schema");
        assertThatThrownBy(() -> apply("v2", "a", "you", "{both: z}", false)).hasMessageContaining("conflict");
        assertThatThrownBy(() -> apply("v2", "n", "you", "{both: z, size: 4}", false))
                .hasMessageContaining("size");
    }

    @Test
    void a_dry_run_shows_what_would_come_back_from_the_store() {
        ObjectTree made = client.call(new ApiRequest(
                "POST",
                path("v2", ""),
                Map.of("dryRun", List.of("All")),
                Map.of(),
                new ApiRequest.Body.Value("application/json", shirt("v2", "a", "{both: x, size: 1}"))));
        assertThat(made.object("spec")).isEqualTo(ObjectTree.of("both", "x", "color", "black"));
        assertThat(made.text("apiVersion")).isEqualTo("example.com/v2");
    }

    @Test
    void lists_tables_selectors_and_watches_are_of_their_version() throws InterruptedException {
        create("v1", "a", "{color: red, old: o}");
        create("v1", "b", "{color: blue}");
        ObjectTree first = send("GET", path("v2", ""), (ObjectTree) null)
                .list("items")
                .get(0)
                .object();
        assertThat(first.text("apiVersion")).isEqualTo("example.com/v2");
        assertThat(first.object("spec").names()).containsExactly("color");
        assertThat(selected("v1", "spec.color=red")).containsExactly("a");
        assertThatThrownBy(() -> selected("v2", "spec.color=red")).hasMessageContaining("spec.color");
        assertThat(selected("v2", "spec.size!=1")).containsExactly("a", "b");
        var events = new LinkedBlockingQueue<ObjectTree>();
        var query = Map.of("watch", List.of("true"), "fieldSelector", List.of("metadata.name=b"));
        try (var _ = client.watch(
                new ApiRequest("GET", path("v2", ""), query, Map.of(), null),
                event -> events.add(event.object()),
                () -> {})) {
            ObjectTree seen = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(seen).isNotNull();
            assertThat(seen.text("apiVersion")).isEqualTo("example.com/v2");
        }
    }

    // ---- the schema as it is now ----

    @Test
    void what_is_stored_gets_the_defaults_of_today_and_loses_what_left_the_schema() throws InterruptedException {
        create("v1", "a", "{color: red, old: o}");
        String revision = get("v1", "a").object("metadata").text("resourceVersion");
        change(
                schema -> schema.withoutAt("spec", "properties", "old")
                        .withAt(Yaml.read("{type: string, default: wool}"), "spec", "properties", "cloth")
                        .withAt(Yaml.read("{type: integer, default: 7}"), "top"),
                "v1");
        until("the default is there", () -> get("v1", "a").whole("top") == 7);
        ObjectTree today = ObjectTree.of("color", "red", "cloth", "wool");
        assertThat(get("v1", "a").object("spec")).isEqualTo(today);
        assertThat(send("GET", path("v1", ""), (ObjectTree) null)
                        .list("items")
                        .get(0)
                        .object()
                        .object("spec"))
                .isEqualTo(today);
        assertThat(get("v1", "a").object("metadata").text("resourceVersion")).isEqualTo(revision);
        ObjectTree again = put("v1", get("v1", "a"));
        assertThat(again.object("metadata").text("resourceVersion")).isNotEqualTo(revision);
        assertThat(again.object("metadata").whole("generation")).isEqualTo(1);
        assertThat(put("v1", again).object("metadata").text("resourceVersion"))
                .isEqualTo(again.object("metadata").text("resourceVersion"));
    }

    @Test
    void a_watch_ends_with_a_change_of_its_kind_and_begins_again_with_the_kind_as_it_is() throws InterruptedException {
        create("v1", "a", "{old: o}");
        var ended = new LinkedBlockingQueue<String>();
        try (var _ = client.watch(
                new ApiRequest("GET", path("v1", ""), Map.of("watch", List.of("true")), Map.of(), null),
                event -> {},
                () -> ended.add("ended"))) {
            change(schema -> schema.withoutAt("spec", "properties", "old"), "v1");
            assertThat(ended.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("ended");
        }
        var events = new LinkedBlockingQueue<ObjectTree>();
        try (var _ = client.watch(
                new ApiRequest("GET", path("v1", ""), Map.of("watch", List.of("true")), Map.of(), null),
                event -> events.add(event.object()),
                () -> {})) {
            ObjectTree seen = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(seen).isNotNull();
            assertThat(seen.object("spec").has("old")).isFalse();
        }
    }

    @Test
    void another_version_is_stored_from_then_on_and_a_write_without_change_moves_the_object()
            throws InterruptedException {
        create("v1", "a", "{both: x, old: o}");
        ObjectTree definition = send("GET", DEFINITION, (ObjectTree) null);
        ListTree versions = new ListTree(definition.object("spec").list("versions").stream()
                .<Tree>map(each ->
                        each.object().with("storage", each.object().text("name").equals("v2")))
                .toList());
        send("PUT", DEFINITION, definition.withAt(versions, "spec", "versions"));
        until(
                "both are stored versions",
                () -> send("GET", DEFINITION, (ObjectTree) null)
                        .object("status")
                        .list("storedVersions")
                        .equals(ListTree.from(List.of("v1", "v2"))));
        assertThat(get("v1", "a").object("spec").text("old")).isEqualTo("o");
        assertThat(get("v2", "a").object("spec").text("color")).isEqualTo("white");
        String revision = get("v2", "a").object("metadata").text("resourceVersion");
        ObjectTree moved = put("v2", get("v2", "a"));
        assertThat(moved.object("metadata").text("resourceVersion")).isNotEqualTo(revision);
        assertThat(moved.object("metadata").whole("generation")).isEqualTo(1);
        assertThat(get("v1", "a").object("spec").has("old")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void a_kind_that_is_defined_again_otherwise_has_nothing_of_the_past(String version) throws InterruptedException {
        create("v1", "a", "{both: x}");
        var ended = new LinkedBlockingQueue<String>();
        var deleted = new LinkedBlockingQueue<String>();
        try (var _ = client.watch(
                new ApiRequest("GET", path(version, ""), Map.of("watch", List.of("true")), Map.of(), null),
                event -> {
                    if (event.type().equals("DELETED"))
                        deleted.add(event.object().object("metadata").text("name"));
                },
                () -> ended.add("ended"))) {
            send("DELETE", DEFINITION, (ObjectTree) null);
            assertThat(deleted.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("a");
            assertThat(ended.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("ended");
        }
        until("it is gone", () -> !isThere(DEFINITION) && !isThere(path(version, "")));
        define();
        assertThat(send("GET", path(version, ""), (ObjectTree) null).list("items"))
                .isEmpty();
    }

    @Test
    void objects_go_with_their_definition_when_no_version_is_served() throws InterruptedException {
        create("v1", "a", "{}");
        ObjectTree definition = send("GET", DEFINITION, (ObjectTree) null);
        ListTree versions = definition
                .object("spec")
                .list("versions")
                .map(each -> each.object().with("served", false));
        send("PUT", DEFINITION, definition.withAt(versions, "spec", "versions"));
        until("no version is served", () -> !isThere(path("v1", "")) && !isThere(path("v2", "")));
        send("DELETE", DEFINITION, (ObjectTree) null);
        until("it is gone", () -> !isThere(DEFINITION));
        assertThat(server.snapshot().list("/registry/example.com/").size()).isZero();
    }

    @Test
    void what_is_applied_to_an_object_that_is_there_needs_no_name() {
        create("v1", "a", "{count: 1}");
        assertThat(applyWithout("a", "", "{spec: {count: 2}}").object("spec").whole("count"))
                .isEqualTo(2);
        assertThat(applyWithout("a", "/status", "{status: {phase: Good}}")
                        .object("status")
                        .text("phase"))
                .isEqualTo("Good");
        ObjectTree scale = client.call(new ApiRequest(
                "PATCH",
                path("v1", "a") + "/scale",
                Map.of("fieldManager", List.of("me"), "force", List.of("true")),
                Map.of(),
                new ApiRequest.Body.Value(
                        "application/apply-patch+yaml",
                        Yaml.read("{apiVersion: autoscaling/v1, kind: Scale, spec: {replicas: 4}}"))));
        assertThat(scale.object("spec").whole("replicas")).isEqualTo(4);
        assertThatThrownBy(() -> applyWithout("absent", "", "{spec: {count: 2}}"))
                .hasMessageContaining("name must be provided");
        assertThatThrownBy(() -> applyWithout("a", "", "{metadata: {name: b}}"))
                .hasMessageContaining("the name of the object (b) does not match the name on the URL (a)");
        assertThatThrownBy(() -> applyWithout("a", "", "{metadata: {namespace: other}}"))
                .hasMessageContaining("the namespace of the provided object does not match");
    }

    private ObjectTree applyWithout(String name, String part, String yaml) {
        ObjectTree object =
                Yaml.read(yaml).object().with("apiVersion", "example.com/v1").with("kind", "Shirt");
        return client.call(new ApiRequest(
                "PATCH",
                path("v1", name) + part,
                Map.of("fieldManager", List.of("me"), "force", List.of("true")),
                Map.of(),
                new ApiRequest.Body.Value("application/apply-patch+yaml", object)));
    }

    @Test
    void a_dry_run_of_a_creation_does_not_mind_a_version() {
        ObjectTree versioned = shirt("v1", "a", "{count: 1}").withAt(Tree.of("7"), "metadata", "resourceVersion");
        ApiRequest.Body body = new ApiRequest.Body.Value("application/json", versioned);
        ObjectTree made =
                client.call(new ApiRequest("POST", path("v1", ""), Map.of("dryRun", List.of("All")), Map.of(), body));
        assertThat(made.object("metadata").text("resourceVersion")).isEqualTo("7");
        assertThatThrownBy(() -> client.call(new ApiRequest("POST", path("v1", ""), Map.of(), Map.of(), body)))
                .hasMessageContaining("resourceVersion should not be set on objects to be created");
    }

    @Test
    void fields_beside_those_that_are_known_are_kept_where_the_schema_allows_them() throws InterruptedException {
        change(
                schema -> schema.withAt(
                        Yaml.read("{type: object, additionalProperties: true, properties: {a: {type: string}}}"),
                        "open"),
                "v1");
        ObjectTree open = Yaml.read("{a: b, c: {d: 1}}").object();
        create("v1", "kept", "{}");
        until(
                "the schema has it",
                () -> put("v1", get("v1", "kept").with("open", open)).has("open"));
        ObjectTree kept = get("v1", "kept").object("open");
        assertThat(kept).isEqualTo(ObjectTree.of("a", "b", "c", ObjectTree.of("d", 1)));
    }

    // ---- helpers ----

    private interface SchemaChange {
        ObjectTree of(ObjectTree properties);
    }

    private void change(SchemaChange change, String version) {
        ObjectTree definition = send("GET", DEFINITION, (ObjectTree) null);
        ListTree versions = definition.object("spec").list("versions").map(each -> {
            if (!each.object().text("name").equals(version)) return each;
            ObjectTree properties =
                    each.object().object("schema").object("openAPIV3Schema").object("properties");
            return each.object().withAt(change.of(properties), "schema", "openAPIV3Schema", "properties");
        });
        send("PUT", DEFINITION, definition.withAt(versions, "spec", "versions"));
    }

    private boolean patchOrNull(String version, String name, String yaml, String field) {
        return patch(version, name, "", yaml).object("spec").has(field);
    }

    private static List<String> managers(ObjectTree object) {
        return object.object("metadata").list("managedFields").stream()
                .map(each -> each.object().text("manager") + " " + each.object().text("apiVersion"))
                .toList();
    }

    private List<String> selected(String version, String selector) {
        return client
                .call(new ApiRequest(
                        "GET", path(version, ""), Map.of("fieldSelector", List.of(selector)), Map.of(), null))
                .list("items")
                .stream()
                .map(each -> each.object().object("metadata").text("name"))
                .toList();
    }

    private static String path(String version, String name) {
        return "/apis/example.com/" + version + "/namespaces/default/shirts" + (name.isEmpty() ? "" : "/" + name);
    }

    private static ObjectTree shirt(String version, String name, String spec) {
        return ObjectTree.of(
                "apiVersion",
                "example.com/" + version,
                "kind",
                "Shirt",
                "metadata",
                ObjectTree.of("name", name),
                "spec",
                Yaml.read(spec));
    }

    private ObjectTree create(String version, String name, String spec) {
        return send("POST", path(version, ""), shirt(version, name, spec));
    }

    private ObjectTree get(String version, String name) {
        return send("GET", path(version, name), (ObjectTree) null);
    }

    private ObjectTree put(String version, ObjectTree object) {
        return send("PUT", path(version, object.object("metadata").text("name")), object);
    }

    private ObjectTree patch(String version, String name, String part, String yaml) {
        var body = new ApiRequest.Body.Value("application/merge-patch+json", Yaml.read(yaml));
        return client.call(new ApiRequest("PATCH", path(version, name) + part, Map.of(), Map.of(), body));
    }

    private ObjectTree apply(String version, String name, String manager, String spec, boolean force) {
        return client.call(new ApiRequest(
                "PATCH",
                path(version, name),
                Map.of("fieldManager", List.of(manager), "force", List.of(Boolean.toString(force))),
                Map.of(),
                new ApiRequest.Body.Value("application/apply-patch+yaml", shirt(version, name, spec))));
    }

    private ObjectTree send(String method, String path, String yaml) {
        return send(method, path, Yaml.read(yaml).object());
    }

    private ObjectTree send(String method, String path, @Nullable ObjectTree object) {
        ApiRequest.Body body = object == null ? null : new ApiRequest.Body.Value("application/json", object);
        return client.call(new ApiRequest(method, path, Map.of(), Map.of(), body));
    }

    private boolean isThere(String path) {
        try {
            send("GET", path, (ObjectTree) null);
            return true;
        } catch (RuntimeException notFound) {
            return false;
        }
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        Clock clock = Clock.system();
        var end = clock.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (clock.now().isAfter(end)) throw new AssertionError("never: " + what);
            clock.sleep(Duration.ofMillis(5));
        }
    }
}
