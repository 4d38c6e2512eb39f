package io.amphora.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.ApiException;
import io.amphora.api.codec.ProtobufCodec;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.api.transport.Transport.WatchEvent;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.MemoryStore;
import io.amphora.store.Store;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiServerTest {
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(store, ApiServerConfig.standard());
    private final Transport client = server.transport(User.ADMIN);

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    @Test
    void a_new_cluster_has_its_namespaces() {
        assertThat(names(call("GET", "/api/v1/namespaces", null)))
                .containsExactly("default", "kube-node-lease", "kube-public", "kube-system");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/v1/namespaces/default                                                  | kube-apiserver
            /api/v1/namespaces/default/services/kubernetes                              | kube-apiserver
            /apis/rbac.authorization.k8s.io/v1/clusterroles/admin                       | kube-apiserver
            /apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical             | kube-apiserver
            /apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/catch-all | api-priority-and-fairness-config-producer-v1
            """)
    void what_a_new_cluster_has_is_the_servers_own(String path, String manager) {
        assertThat(call("GET", path, null)
                        .object("metadata")
                        .list("managedFields")
                        .get(0)
                        .object()
                        .text("manager"))
                .isEqualTo(manager);
    }

    @Test
    void an_object_is_created_read_replaced_patched_and_deleted() {
        ObjectTree made = call("POST", CONFIG_MAPS, configMap("c", "a", "1"));
        assertThat(made.object("metadata").text("uid")).isNotEmpty();
        assertThat(call("GET", CONFIG_MAPS + "/c", null)).isEqualTo(made);

        ObjectTree replaced = call("PUT", CONFIG_MAPS + "/c", configMap("c", "a", "2"));
        assertThat(replaced.object("data").text("a")).isEqualTo("2");
        assertThat(replaced.object("metadata").text("uid"))
                .isEqualTo(made.object("metadata").text("uid"));

        ObjectTree patched = patch(CONFIG_MAPS + "/c", "application/merge-patch+json", "{'data':{'b':'3'}}");
        assertThat(patched.object("data")).isEqualTo(ObjectTree.of("a", "2", "b", "3"));

        assertThat(call("DELETE", CONFIG_MAPS + "/c", null).text("status")).isEqualTo("Success");
        assertThatThrownBy(() -> call("GET", CONFIG_MAPS + "/c", null)).hasMessage("configmaps \"c\" not found");
    }

    @Test
    void a_write_that_changes_nothing_makes_no_new_version() {
        ObjectTree made = call("POST", CONFIG_MAPS, configMap("c", "a", "1"));
        ObjectTree again = call("PUT", CONFIG_MAPS + "/c", configMap("c", "a", "1"));
        assertThat(again).isEqualTo(made);
    }

    @Test
    void a_replacement_of_another_version_is_a_conflict() {
        ObjectTree made = call("POST", CONFIG_MAPS, configMap("c", "a", "1"));
        call("PUT", CONFIG_MAPS + "/c", configMap("c", "a", "2"));
        assertThatThrownBy(() -> call("PUT", CONFIG_MAPS + "/c", made.with("data", ObjectTree.of("a", "3"))))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("the object has been modified");
    }

    /// The kubelet is told of the mark before the deletion has ended, and may be faster with its own.
    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "PATCH"})
    void a_pod_without_grace_is_gone_whoever_else_hurries_to_delete_or_write_it(String hurried) {
        String pods = "/api/v1/namespaces/default/pods";
        Transport[] hurrying = new Transport[1];
        Store quick = afterPut(store, written -> {
            if (!written.contains("deletionTimestamp") || written.contains("hurry")) return;
            if (hurried.equals("DELETE")) hurrying[0].call(request("DELETE", pods + "/p?gracePeriodSeconds=0", null));
            else {
                byte[] labels = "{\"metadata\":{\"labels\":{\"hurry\":\"yes\"}}}".getBytes(StandardCharsets.UTF_8);
                hurrying[0].call(request(
                        "PATCH", pods + "/p", new ApiRequest.Body.Bytes("application/merge-patch+json", labels)));
            }
        });
        try (var second = ApiServer.start(quick, ApiServerConfig.standard())) {
            hurrying[0] = second.transport(User.ADMIN);
            String pod = "{'metadata':{'name':'p'},'spec':{'terminationGracePeriodSeconds':0,'nodeName':'n',"
                    + "'containers':[{'name':'c','image':'i'}]}}";
            var body = new ApiRequest.Body.Value("application/json", Json.read(pod.replace('\'', '"')));
            hurrying[0].call(request("POST", pods, body));
            assertThat(hurrying[0].call(request("DELETE", pods + "/p", null)).text("kind"))
                    .isEqualTo("Pod");
            assertThatThrownBy(() -> hurrying[0].call(request("GET", pods + "/p", null)))
                    .hasMessageContaining("not found");
        }
    }

    /// The store, with somebody who acts between a write and its acknowledgement.
    private static Store afterPut(Store store, Consumer<String> action) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                    Object answer = method.invoke(store, arguments);
                    if (method.getName().equals("put"))
                        action.accept(new String((byte[]) arguments[1], StandardCharsets.UTF_8));
                    return answer;
                });
    }

    @Test
    void a_watch_tells_what_is_there_and_what_happens() throws Exception {
        call("POST", CONFIG_MAPS, configMap("before", "a", "1"));
        var events = new LinkedBlockingQueue<WatchEvent>();
        try (var watch = client.watch(request("GET", CONFIG_MAPS + "?watch=1", null), events::add, () -> {})) {
            call("POST", CONFIG_MAPS, configMap("after", "a", "1"));
            call("PUT", CONFIG_MAPS + "/after", configMap("after", "a", "2"));
            call("DELETE", CONFIG_MAPS + "/after", null);
            var told = new ArrayList<String>();
            while (told.size() < 4) {
                WatchEvent event = events.poll(10, TimeUnit.SECONDS);
                told.add(
                        event == null
                                ? "nothing"
                                : event.type() + " "
                                        + event.object().object("metadata").text("name"));
            }
            assertThat(told).containsExactly("ADDED before", "ADDED after", "MODIFIED after", "DELETED after");
        }
    }

    @Test
    void a_pod_is_applied_by_two_managers() {
        String pods = "/api/v1/namespaces/default/pods/p";
        patch(
                pods + "?fieldManager=one",
                "application/apply-patch+yaml",
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i'}]}}");
        assertThatThrownBy(
                        () -> patch(
                                pods + "?fieldManager=two",
                                "application/apply-patch+yaml",
                                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'j'}]}}"))
                .hasMessageContaining("conflict with \"one\"");
    }

    @Test
    void a_server_that_starts_again_has_what_it_had() {
        ObjectTree made = call("POST", CONFIG_MAPS, configMap("c", "a", "1"));
        server.close();
        try (ApiServer again = ApiServer.start(store, ApiServerConfig.standard())) {
            assertThat(again.transport(User.ADMIN).call(request("GET", CONFIG_MAPS + "/c", null)))
                    .isEqualTo(made);
        }
    }

    @Test
    void nothing_is_created_in_a_namespace_that_is_not_there() {
        assertThatThrownBy(() -> call("POST", "/api/v1/namespaces/nowhere/configmaps", configMap("c", "a", "1")))
                .hasMessage("namespaces \"nowhere\" not found");
    }

    @Test
    void bodies_may_be_protobuf() {
        ObjectTree made = sendProtobuf("POST", CONFIG_MAPS, ProtobufCodec.write(configMap("c", "a", "1")));
        assertThat(made.object("data")).isEqualTo(ObjectTree.of("a", "1"));

        byte[] review = ProtobufCodec.write(ObjectTree.of(
                "apiVersion",
                "authorization.k8s.io/v1",
                "kind",
                "SelfSubjectAccessReview",
                "spec",
                ObjectTree.of("resourceAttributes", ObjectTree.of("verb", "create", "resource", "pods"))));
        assertThat(sendProtobuf("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
                        .object("status")
                        .bool("allowed"))
                .isTrue();

        byte[] options = ProtobufCodec.write(ObjectTree.of(
                "apiVersion", "v1", "kind", "DeleteOptions", "preconditions", ObjectTree.of("uid", "another")));
        assertThatThrownBy(() -> sendProtobuf("DELETE", CONFIG_MAPS + "/c", options))
                .hasMessageContaining("the UID in the precondition (another)");
        assertThatThrownBy(() -> sendProtobuf("POST", CONFIG_MAPS, "{}".getBytes(StandardCharsets.UTF_8)))
                .hasMessage("the object provided is unrecognized (must be of type ConfigMap): provided data does not"
                        + " appear to be a protobuf message, expected prefix [107 56 115 0] (7b7d)");
    }

    private ObjectTree sendProtobuf(String method, String target, byte[] bytes) {
        return client.call(request(method, target, new ApiRequest.Body.Bytes(ProtobufCodec.MEDIA_TYPE, bytes)));
    }

    private ObjectTree call(String method, String target, @Nullable ObjectTree body) {
        return client.call(
                request(method, target, body == null ? null : new ApiRequest.Body.Value("application/json", body)));
    }

    private ObjectTree patch(String target, String type, String json) {
        var body = new ApiRequest.Body.Bytes(type, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return client.call(request("PATCH", target, body));
    }

    private static ApiRequest request(String method, String target, ApiRequest.@Nullable Body body) {
        String[] parts = target.split("\\?", 2);
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (parts.length == 2)
            Arrays.stream(parts[1].split("&"))
                    .map(pair -> pair.split("=", 2))
                    .forEach(pair -> query.put(pair[0], List.of(pair[1])));
        return new ApiRequest(method, parts[0], query, Map.of(), body);
    }

    private static ObjectTree configMap(String name, String key, String value) {
        return Json.read("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}")
                .object()
                .with("metadata", ObjectTree.of("name", name))
                .with("data", ObjectTree.of(key, value));
    }

    private static List<String> names(ObjectTree list) {
        return list.list("items").stream()
                .map(item -> item.object().object("metadata").text("name"))
                .toList();
    }
}
