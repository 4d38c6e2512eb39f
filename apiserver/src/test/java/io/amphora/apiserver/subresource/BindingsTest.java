package io.amphora.apiserver.subresource;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.MemoryStore;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a Pod is like once it is bound.
class BindingsTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String SPEC = "'containers':[{'name':'c','image':'i'}]";

    private final MemoryStore store = new MemoryStore();
    private final ApiServer server =
            ApiServer.start(store, ApiServerConfig.standard().withPlugins(Plugins.standard(Randomness.system())));
    private final Transport client = server.transport(User.ADMIN);

    @BeforeEach
    void start() {
        call("POST", "/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'default'}}");
        call("POST", "/api/v1/nodes", """
                {'metadata':{'name':'n','labels':{'topology.kubernetes.io/zone':'z','topology.kubernetes.io/x':'y'}}}""");
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {PODS + "/p/binding", "/api/v1/namespaces/default/bindings"})
    void it_is_promised_no_node_any_more_and_says_where_it_is(String path) {
        String sent =
                "{'metadata':{'name':'p','labels':{'a':'b','topology.kubernetes.io/zone':'w'}},'spec':{" + SPEC + "}";
        call("POST", PODS, sent + "}");
        call("PUT", PODS + "/p/status", sent + ",'status':{'nominatedNodeName':'m'}}");
        call("POST", path, "{'metadata':{'name':'p'},'target':{'name':'n'}}");
        ObjectTree pod = call("GET", PODS + "/p", "");
        assertThat(pod.object("spec").text("nodeName")).isEqualTo("n");
        assertThat(pod.object("status").has("nominatedNodeName")).isFalse();
        assertThat(pod.object("metadata").object("labels"))
                .isEqualTo(ObjectTree.of("a", "b", "topology.kubernetes.io/zone", "z"));
    }

    @Test
    void one_that_is_made_for_a_node_says_where_it_is_too() {
        ObjectTree pod = call("POST", PODS, "{'metadata':{'name':'q'},'spec':{'nodeName':'n'," + SPEC + "}}");
        assertThat(pod.object("metadata").object("labels").text("topology.kubernetes.io/zone"))
                .isEqualTo("z");
    }

    private ObjectTree call(String method, String path, String json) {
        ApiRequest.Body body = json.isEmpty()
                ? null
                : new ApiRequest.Body.Value("application/json", Json.read(json.replace('\'', '"')));
        return client.call(new ApiRequest(method, path, Map.of(), Map.of(), body));
    }
}
