package io.amphora.apiserver.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import io.amphora.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ApiServicesTest {
    private static final String SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private final MemoryStore store = new MemoryStore();
    private ApiServer server = ApiServer.start(store, ApiServerConfig.standard());

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    @Test
    void each_version_of_a_built_in_group_has_one_with_kubernetes_priorities() throws InterruptedException {
        until(
                "all are available",
                () -> services().size() == 21 && services().stream().allMatch(ApiServicesTest::isAvailable));
        List<String> shown = services().stream()
                .map(each -> each.object("metadata").text("name")
                        + " " + each.object("spec").whole("groupPriorityMinimum")
                        + " " + each.object("spec").whole("versionPriority"))
                .toList();
        assertThat(shown)
                .containsExactly(
                        "v1. 18000 1",
                        "v1.admissionregistration.k8s.io 16700 15",
                        "v1.apiextensions.k8s.io 16700 15",
                        "v1.apps 17800 15",
                        "v1.authentication.k8s.io 17700 15",
                        "v1.authorization.k8s.io 17600 15",
                        "v1.autoscaling 17500 15",
                        "v1.batch 17400 15",
                        "v1.certificates.k8s.io 17300 15",
                        "v1.coordination.k8s.io 16500 15",
                        "v1.discovery.k8s.io 16200 15",
                        "v1.events.k8s.io 17750 15",
                        "v1.flowcontrol.apiserver.k8s.io 16100 21",
                        "v1.networking.k8s.io 17200 15",
                        "v1.node.k8s.io 16300 15",
                        "v1.policy 17100 15",
                        "v1.rbac.authorization.k8s.io 17000 15",
                        "v1.resource.k8s.io 16200 21",
                        "v1.scheduling.k8s.io 16600 15",
                        "v1.storage.k8s.io 16800 15",
                        "v2.autoscaling 17500 30");
        assertThat(services()).allMatch(each -> label(each).equals("onstart"));
    }

    @Test
    void those_of_custom_groups_come_and_go_with_their_definitions() throws InterruptedException {
        define("a");
        define("b");
        until("it is there", () -> find("v1.example.com") != null && isAvailable(find("v1.example.com")));
        ObjectTree service = find("v1.example.com");
        assertThat(label(service)).isEqualTo("true");
        assertThat(service.object("spec"))
                .isEqualTo(ObjectTree.of(
                        "group", "example.com", "version", "v1", "groupPriorityMinimum", 1000, "versionPriority", 100));
        send("DELETE", SERVICES + "/v1.example.com", null);
        until("it is made again", () -> find("v1.example.com") != null);
        send("DELETE", DEFINITIONS + "/as.example.com", null);
        until("one definition is gone", () -> gone(DEFINITIONS + "/as.example.com"));
        assertThat(find("v1.example.com")).isNotNull();
        send("DELETE", DEFINITIONS + "/bs.example.com", null);
        until("its last definition is gone", () -> find("v1.example.com") == null);
    }

    @Test
    void what_somebody_else_made_or_took_away_is_left_alone() throws InterruptedException {
        until("all are there", () -> services().size() == 21);
        send("DELETE", SERVICES + "/v1.node.k8s.io", null);
        send("POST", SERVICES, """
                apiVersion: apiregistration.k8s.io/v1
                kind: APIService
                metadata: {name: v1.example.com}
                spec: {group: example.com, version: v1, groupPriorityMinimum: 7, versionPriority: 7}
                """);
        define("a");
        until("it is available", () -> isAvailable(find("v1.example.com")));
        assertThat(find("v1.example.com").object("spec").whole("versionPriority"))
                .isEqualTo(7);
        assertThat(find("v1.node.k8s.io")).isNull();
        server.close();
        server = ApiServer.start(store, ApiServerConfig.standard());
        until("the start makes it again", () -> find("v1.node.k8s.io") != null);
    }

    @Test
    void groups_are_told_in_their_order() throws InterruptedException {
        define("a");
        until("it is served", () -> groups().contains("example.com"));
        assertThat(groups())
                .startsWith("apiregistration.k8s.io", "apps", "events.k8s.io")
                .endsWith("example.com");
    }

    private List<String> groups() {
        return send("GET", "/apis", null).list("groups").stream()
                .map(each -> each.object().text("name"))
                .toList();
    }

    private static String label(ObjectTree service) {
        return service.object("metadata").object("labels").text("kube-aggregator.kubernetes.io/automanaged");
    }

    private static boolean isAvailable(@Nullable ObjectTree service) {
        return service != null
                && service.object("status").list("conditions").stream()
                        .map(Tree::object)
                        .anyMatch(each -> each.text("type").equals("Available")
                                && each.text("status").equals("True")
                                && each.text("reason").equals("Local")
                                && each.text("message").equals("Local APIServices are always available"));
    }

    private List<ObjectTree> services() {
        return send("GET", SERVICES, null).list("items").stream()
                .map(Tree::object)
                .toList();
    }

    private @Nullable ObjectTree find(String name) {
        return services().stream()
                .filter(each -> each.object("metadata").text("name").equals(name))
                .findFirst()
                .orElse(null);
    }

    private boolean gone(String path) {
        try {
            send("GET", path, null);
            return false;
        } catch (ApiException absent) {
            return true;
        }
    }

    private void define(String name) {
        send("POST", DEFINITIONS, """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: %1$ss.example.com}
                spec:
                  group: example.com
                  scope: Cluster
                  names: {plural: %1$ss, kind: %2$s}
                  versions:
                  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
                """.formatted(name, name.toUpperCase(java.util.Locale.ROOT)));
    }

    private ObjectTree send(String method, String path, @Nullable String yaml) {
        Transport client = server.transport(User.ADMIN);
        ApiRequest.Body body = yaml == null
                ? null
                : new ApiRequest.Body.Value("application/json", Yaml.read(yaml).object());
        return client.call(new ApiRequest(method, path, Map.of(), Map.of(), body));
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        Clock clock = Clock.system();
        var end = clock.now().plus(Duration.ofSeconds(10));
        while (!condition.getAsBoolean()) {
            if (clock.now().isAfter(end)) throw new AssertionError("never: " + what);
            clock.sleep(Duration.ofMillis(5));
        }
    }
}
