package io.amphora.kubelet.server;

import io.amphora.http.HttpClient;
import io.amphora.http.HttpExchange;
import io.amphora.http.HttpServer;
import io.amphora.http.Tls;
import io.amphora.kubelet.access.Access;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the API server asks of a node, over HTTPS; others may ask too, if the cluster's policy
/// lets them ([Access]).
///
/// | path | answer |
/// |---|---|
/// | `/containerLogs/{namespace}/{pod}/{container}` | what it wrote |
/// | `/exec`, `/attach`, `/portForward` | the runtime's own stream, passed through byte for byte |
/// | `/pods` | the node's Pods as a PodList |
/// | `/stats/summary`, `/metrics/resource` | figures |
/// | `/healthz` | `ok` |
public final class KubeletServer implements AutoCloseable {
    private final Access access;
    private final NodePods pods;
    private final Logs logs;
    private final Streams streams;
    private final Figures figures;
    private final HttpClient client = HttpClient.create();
    private final HttpServer server;

    public KubeletServer(
            HttpServer.Options options,
            Access access,
            NodePods pods,
            ContainerRuntime runtime,
            Clock clock,
            String nodeName,
            Path logFolder)
            throws IOException {
        this.access = access;
        this.pods = pods;
        this.logs = new Logs(pods, clock, logFolder);
        this.streams = new Streams(pods, runtime, client);
        this.figures = new Figures(runtime, clock, nodeName);
        this.server = HttpServer.start(options, this::handle);
    }

    /// On an address and port, with a certificate and the cluster's authority.
    public static HttpServer.Options options(String address, int port, Tls tls) {
        return HttpServer.Options.on(address, port).withTls(tls).withEventLoops(1);
    }

    public int port() {
        return server.port();
    }

    private void handle(HttpExchange exchange) throws Exception {
        try {
            var parts = parts(exchange.rawPath());
            var refusal = access.refusal(exchange, parts.getFirst());
            if (refusal.isPresent())
                throw new Refused(refusal.get().status(), refusal.get().text());
            route(exchange, parts);
        } catch (Refused refused) {
            text(exchange, refused.status(), refused.getMessage());
        } catch (ContainerRuntimeException failure) {
            text(exchange, 500, String.valueOf(failure.getMessage()));
        }
    }

    /// At least one, which may be empty.
    private static List<String> parts(String rawPath) throws Refused {
        var parts = new ArrayList<String>();
        try {
            for (String part : rawPath.substring(1).split("/")) parts.add(Queries.decoded(part));
        } catch (IllegalArgumentException malformed) {
            throw new Refused(400, "the path is malformed");
        }
        return parts.isEmpty() ? List.of("") : parts;
    }

    private void route(HttpExchange exchange, List<String> parts) throws Exception {
        var query = Queries.parse(exchange.rawQuery());
        switch (parts.getFirst()) {
            case "healthz" -> text(exchange, 200, "ok");
            case "pods" -> json(exchange, podList());
            case "containerLogs" -> {
                require(parts, 4);
                logs.serve(exchange, parts.get(1), parts.get(2), parts.get(3), query);
            }
            case "exec" -> {
                require(parts, 4);
                streams.exec(exchange, parts.get(1), parts.get(2), parts.getLast(), query);
            }
            case "attach" -> {
                require(parts, 4);
                streams.attach(exchange, parts.get(1), parts.get(2), parts.getLast(), query);
            }
            case "portForward" -> {
                require(parts, 3);
                streams.portForward(exchange, parts.get(1), parts.get(2), query);
            }
            case "stats" -> json(exchange, figures.summary());
            case "metrics" -> text(exchange, 200, figures.metrics());
            default -> throw new Refused(404, "404 page not found");
        }
    }

    /// `/exec` and the like may name the Pod's uid before the container.
    private static void require(List<String> parts, int atLeast) throws Refused {
        if (parts.size() < atLeast || parts.size() > atLeast + 1) throw new Refused(404, "404 page not found");
    }

    private ObjectTree podList() {
        var items = pods.all().stream().map(pod -> pod.tree()).toList();
        return ObjectTree.of(
                "kind", "PodList", "apiVersion", "v1", "metadata", ObjectTree.EMPTY, "items", ListTree.from(items));
    }

    static void text(HttpExchange exchange, int status, String message) {
        exchange.respond(
                status,
                Map.of("content-type", List.of("text/plain; charset=utf-8")),
                message.getBytes(StandardCharsets.UTF_8));
    }

    private static void json(HttpExchange exchange, ObjectTree tree) {
        exchange.respond(200, Map.of("content-type", List.of("application/json")), Json.bytes(tree));
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
