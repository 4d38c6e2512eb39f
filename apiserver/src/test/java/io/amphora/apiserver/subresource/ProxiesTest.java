package io.amphora.apiserver.subresource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.store.MemoryStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where the API server does not go, whoever asks it to.
class ProxiesTest {
    private static final String NAMESPACE = "/api/v1/namespaces/default/";
    private static final String SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";

    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(
            store, ApiServerConfig.standard().withTokens(List.of((token, audiences) -> Optional.of(User.ADMIN))));
    private final Transport client = server.transport(User.ADMIN);

    @BeforeEach
    void start() {
        call("POST", "/api/v1/nodes", "{'metadata':{'name':'pretends'}}");
        call("POST", NAMESPACE + "pods", """
                {'metadata':{'name':'p'},'spec':{'nodeName':'pretends','containers':[{'name':'c','image':'i'}]}}""");
        call("POST", NAMESPACE + "services", "{'metadata':{'name':'s'},'spec':{'ports':[{'port':80}]}}");
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "169.254.169.254", "::1", "0.0.0.0", "224.0.0.1"})
    void an_address_of_this_machine_or_link_is_not_allowed(String address) {
        setAddress(address);
        assertThatThrownBy(() -> call("GET", NAMESPACE + "pods/p/proxy", null)).hasMessage("address not allowed");
    }

    @Test
    void a_pod_of_a_node_that_only_pretends_is_not_asked() {
        setAddress("10.64.0.1");
        slice("10.64.0.1", ",'targetRef':{'kind':'Pod','namespace':'default','name':'p'}");
        for (String path : List.of("pods/p/proxy", "services/s/proxy"))
            assertThatThrownBy(() -> call("GET", NAMESPACE + path, null))
                    .hasMessageContaining("node \"pretends\" runs no kubelet");
    }

    @Test
    void an_endpoint_that_is_not_the_pod_it_says_is_none() {
        setAddress("10.64.0.1");
        slice("10.64.0.2", ",'targetRef':{'kind':'Pod','namespace':'default','name':'p'}");
        slice("10.64.0.1", "");
        assertThatThrownBy(() -> call("GET", NAMESPACE + "services/s/proxy", null))
                .hasMessage("no endpoints available for service \"s\"");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/nodes/real/proxy, /api/v1/nodes/real/proxy/",
        "/api/v1/nodes/real/proxy?a=b%20c, /api/v1/nodes/real/proxy/?a=b%20c",
        "/api/v1/nodes/real:9100/proxy, /api/v1/nodes/real:9100/proxy/"
    })
    void the_root_of_what_is_behind_has_a_slash(String target, String location) {
        call("POST", "/api/v1/nodes", "{'metadata':{'name':'real'}}");
        runKubelet("real");
        var http = new InMemoryHttp(server.http(), Map.of("Authorization", "Bearer admin"), Clock.system());
        var answer = http.call("GET", target, Map.of(), new byte[0]);
        assertThat(answer.code()).isEqualTo(301);
        assertThat(answer.headers().get("location")).containsExactly(location);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "attach", "portforward"})
    void a_stream_needs_an_upgrade(String what) {
        runKubelet("pretends");
        assertThatThrownBy(() -> call("GET", NAMESPACE + "pods/p/" + what, null))
                .hasMessage("Upgrade request required");
    }

    private void runKubelet(String node) {
        call("PUT", "/api/v1/nodes/" + node + "/status", """
                {'metadata':{'name':'%s'},'status':{'addresses':[{'type':'InternalIP','address':'10.64.0.1'}],
                 'daemonEndpoints':{'kubeletEndpoint':{'Port':10250}}}}""".formatted(node));
    }

    private void setAddress(String address) {
        call("PUT", NAMESPACE + "pods/p/status", """
                {'metadata':{'name':'p'},'spec':{'nodeName':'pretends','containers':[{'name':'c','image':'i'}]},
                 'status':{'podIP':'%1$s','podIPs':[{'ip':'%1$s'}]}}""".formatted(address));
    }

    private void slice(String address, String more) {
        call("POST", SLICES, """
                {'metadata':{'generateName':'s-','labels':{'kubernetes.io/service-name':'s'}},'addressType':'IPv4',
                 'endpoints':[{'addresses':['%s']%s}],'ports':[{'name':'','port':80}]}""".formatted(address, more));
    }

    private void call(String method, String path, @Nullable String json) {
        ApiRequest.Body body =
                json == null ? null : new ApiRequest.Body.Value("application/json", Json.read(json.replace('\'', '"')));
        client.call(new ApiRequest(method, path, Map.of(), Map.of(), body));
    }
}
