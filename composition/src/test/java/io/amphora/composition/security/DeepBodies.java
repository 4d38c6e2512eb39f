package io.amphora.composition.security;

import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program: sends bodies of many levels to a server in this JVM, and prints the code of each answer.
final class DeepBodies {
    private static final String DEFINITION = """
            {"metadata":{"name":"things.example.org"},"spec":{"group":"example.org","scope":"Namespaced",
             "names":{"plural":"things","singular":"thing","kind":"Thing","listKind":"ThingList"},
             "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
             "x-kubernetes-preserve-unknown-fields":true}}}]}}""";
    private static final String THINGS = "/apis/example.org/v1/namespaces/default/things";

    private DeepBodies() {}

    public static void main(String[] arguments) throws InterruptedException {
        Thread.ofVirtual().start(DeepBodies::run).join();
    }

    private static void run() {
        var config = ApiServerConfig.standard()
                .withPlugins(Plugins.standard(Randomness.system()))
                .withTokens(List.of((token, audiences) -> Optional.of(User.ADMIN)));
        try (var store = new MemoryStore();
                var server = ApiServer.start(store, config)) {
            var http = new InMemoryHttp(server.http(), Map.of("authorization", "Bearer a"), Clock.system());
            send(http, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "json", DEFINITION);
            while (http.call("GET", THINGS, Map.of(), new byte[0]).code() == 404) Thread.onSpinWait();
            String deep = thing("a", 9_990);
            send(http, "POST", THINGS, "json", deep);
            send(http, "PATCH", THINGS + "/a", "merge-patch+json", deep);
            send(http, "PATCH", THINGS + "/a", "merge-patch+json", thing("a", 9_980));
            send(http, "PATCH", THINGS + "/b?fieldManager=m", "apply-patch+yaml", thing("b", 9_980));
            send(http, "PATCH", THINGS + "/b?fieldManager=n&force=true", "apply-patch+yaml", thing("b", 9_981));
            send(http, "GET", THINGS, "json", "");
            send(http, "POST", "/api/v1/namespaces/default/configmaps", "json", thing("c", 9_990));
            send(http, "DELETE", THINGS + "/a", "json", "");
            send(http, "POST", THINGS, "json", thing("d", 10_001));
            send(http, "POST", THINGS, "json", thing("d", 700_000));
            send(http, "PATCH", THINGS + "/e?fieldManager=m", "apply-patch+yaml", thing("e", 10_001));
        }
    }

    private static void send(InMemoryHttp http, String method, String path, String type, String body) {
        var answer = http.call(
                method, path, Map.of("content-type", "application/" + type), body.getBytes(StandardCharsets.UTF_8));
        System.out.print(answer.code() + " ");
    }

    private static String thing(String name, int levels) {
        return "{\"apiVersion\":\"example.org/v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"" + name
                + "\"},\"deep\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + "}";
    }
}
