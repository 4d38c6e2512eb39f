package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.client.Client;
import io.amphora.client.Informers;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import io.amphora.proxy.HealthServers;
import io.amphora.store.MemoryStore;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a load balancer is told by a node, over a real API server.
class HealthServersTest {
    private static final Clock CLOCK = Clock.system();

    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(store, ApiServerConfig.standard());
    private final Client client = new Client(server.transport(User.ADMIN), "test");
    private final Informers informers = new Informers(client, CLOCK);
    private final HttpClient http = HttpClient.newHttpClient();
    private int port;
    private HealthServers health;

    @BeforeEach
    void start() throws IOException {
        client.resource(Nodes.DEFINITION).create(Node.of(tree("metadata: {name: node-1}")));
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        health = new HealthServers(informers, "node-1", "127.0.0.1", CLOCK).start(port);
    }

    @AfterEach
    void stop() {
        health.close();
        informers.close();
        http.close();
        server.close();
        store.close();
    }

    @Test
    void a_node_is_healthy_until_it_is_to_go() throws Exception {
        assertThat(get(port, "/healthz")).startsWith("200 ").contains("\"nodeEligible\":true");
        var nodes = client.resource(Nodes.DEFINITION);
        Node node = nodes.get("node-1");
        nodes.update(Node.of(
                node.tree().with("spec", tree("taints: [{key: ToBeDeletedByClusterAutoscaler, effect: NoSchedule}]"))));
        await().untilAsserted(() ->
                assertThat(get(port, "/healthz")).startsWith("503 ").contains("\"nodeEligible\":false"));
        assertThat(get(port, "/livez")).startsWith("200 ");
    }

    @Test
    void a_service_says_whether_it_has_endpoints_on_this_node() {
        int check = client.resource(Services.DEFINITION)
                .inNamespace("default")
                .create(Service.of(tree("""
                        metadata: {name: web}
                        spec: {type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]}
                        """)))
                .spec()
                .healthCheckNodePort();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(get(check, "/"))
                        .isEqualTo("503 {\"localEndpoints\":0,\"service\":{\"name\":\"web\",\"namespace\":\"default\"},"
                                + "\"serviceProxyHealthy\":true}"));
        client.resource(EndpointSlices.DEFINITION).inNamespace("default").create(EndpointSlice.of(tree("""
                        metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
                        addressType: IPv4
                        endpoints:
                        - {addresses: [10.1.1.1], nodeName: node-1}
                        - {addresses: [10.1.1.2], nodeName: node-1, conditions: {ready: false}}
                        - {addresses: [10.1.1.3], nodeName: node-2}
                        """)));
        await().untilAsserted(() -> assertThat(get(check, "/")).startsWith("200 {\"localEndpoints\":1,"));
        client.resource(Services.DEFINITION).inNamespace("default").delete("web");
        await().untilAsserted(() -> assertThat(isOpen(check)).isFalse());
    }

    private boolean isOpen(int at) {
        try {
            return !get(at, "/").isEmpty();
        } catch (IOException closed) {
            return false;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private String get(int at, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + path))
                .build();
        var answer = http.send(request, BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    private static ObjectTree tree(String yaml) {
        return Yaml.read(yaml).object();
    }
}
