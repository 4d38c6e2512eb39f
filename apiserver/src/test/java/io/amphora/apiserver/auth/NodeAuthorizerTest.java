package io.amphora.apiserver.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.Authorizer.Decision;
import io.amphora.machinery.select.FieldSelector;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.Yaml;
import io.amphora.store.MemoryStore;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeAuthorizerTest {
    private static final User ONE = User.of("system:node:one", User.NODES, User.AUTHENTICATED);

    private record Case(
            boolean allowed,
            String verb,
            String group,
            String resource,
            String subresource,
            String name,
            String field) {}

    @Test
    void a_kubelet_gets_what_its_own_pods_name() {
        var table = List.of(
                new Case(true, "get", "", "secrets", "", "mine", ""),
                new Case(true, "get", "", "secrets", "", "pulled", ""),
                new Case(false, "get", "", "secrets", "", "other", ""),
                new Case(false, "list", "", "secrets", "", "", ""),
                new Case(true, "watch", "", "secrets", "", "", "metadata.name=mine"),
                new Case(false, "update", "", "secrets", "", "mine", ""),
                new Case(true, "get", "", "configmaps", "", "settings", ""),
                new Case(true, "create", "", "serviceaccounts", "token", "robot", ""),
                new Case(false, "create", "", "serviceaccounts", "token", "default", ""),
                new Case(true, "get", "", "pods", "", "p", ""),
                new Case(true, "watch", "", "pods", "", "", "spec.nodeName=one"),
                new Case(false, "watch", "", "pods", "", "", "spec.nodeName=two"),
                new Case(true, "patch", "", "pods", "status", "p", ""),
                new Case(true, "get", "", "nodes", "", "one", ""),
                new Case(false, "get", "", "nodes", "", "two", ""),
                new Case(true, "list", "", "services", "", "", ""),
                new Case(false, "create", "", "services", "", "", ""));
        try (var store = new MemoryStore();
                var server = ApiServer.start(store, ApiServerConfig.standard())) {
            create(server.transport(User.ADMIN), """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: p}
                    spec:
                      nodeName: one
                      serviceAccountName: robot
                      imagePullSecrets: [{name: pulled}]
                      containers: [{name: c, image: i, envFrom: [{secretRef: {name: mine}}]}]
                      volumes: [{name: v, projected: {sources: [{configMap: {name: settings}}]}}]
                    """);
            var authorizer = new NodeAuthorizer(server::snapshot);
            for (Case each : table)
                assertThat(authorizer.decide(attributes(each)) instanceof Decision.Allowed)
                        .as(each.toString())
                        .isEqualTo(each.allowed());
        }
    }

    private static void create(Transport transport, String pod) {
        var body = new ApiRequest.Body.Value("application/json", Yaml.read(pod).object());
        transport.call(new ApiRequest("POST", "/api/v1/namespaces/default/pods", Map.of(), Map.of(), body));
    }

    private static Attributes attributes(Case each) {
        return new Attributes(
                ONE,
                each.verb(),
                each.group(),
                "v1",
                each.resource().equals("nodes") ? "" : "default",
                each.resource(),
                each.subresource(),
                each.name(),
                "",
                LabelSelector.EVERYTHING,
                FieldSelector.parse(each.field()));
    }
}
