package io.amphora.kubelet.server;

import io.amphora.http.Duplex;
import io.amphora.http.HttpClient;
import io.amphora.http.HttpExchange;
import io.amphora.http.Request;
import io.amphora.http.UpgradeRefusedException;
import io.amphora.kubelet.plan.Run;
import io.amphora.runtime.ContainerRuntime;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `/exec`, `/attach`, `/portForward`: the runtime is asked for a URL, and what the client and that URL say to
/// each other after the upgrade (SPDY/3.1, WebSocket) is passed on unread.
final class Streams {
    /// Of this connection only; and what a client accepts as an answer, which containerd's server would compare with
    /// a stream's type.
    private static final Set<String> NOT_PASSED = Set.of("host", "content-length", "authorization", "accept");

    private static final int LARGEST_REFUSAL = 64 << 10;

    private final NodePods pods;
    private final ContainerRuntime runtime;
    private final HttpClient client;

    Streams(NodePods pods, ContainerRuntime runtime, HttpClient client) {
        this.pods = pods;
        this.runtime = runtime;
        this.client = client;
    }

    void exec(HttpExchange exchange, String namespace, String pod, String container, Queries query)
            throws Refused, IOException {
        var run = running(known(namespace, pod), container);
        pass(exchange, runtime.execUrl(run.id(), query.all("command"), streams(query)));
    }

    void attach(HttpExchange exchange, String namespace, String pod, String container, Queries query)
            throws Refused, IOException {
        var run = running(known(namespace, pod), container);
        pass(exchange, runtime.attachUrl(run.id(), streams(query)));
    }

    void portForward(HttpExchange exchange, String namespace, String pod, Queries query) throws Refused, IOException {
        var sandbox = known(namespace, pod)
                .seen()
                .readySandbox()
                .orElseThrow(() -> new Refused(404, "pod \"" + pod + "\" is not running"));
        var ports = query.all("port").stream().map(Integer::parseInt).toList();
        pass(exchange, runtime.portForwardUrl(sandbox.sandbox().id(), ports));
    }

    private NodePods.Known known(String namespace, String pod) throws Refused {
        return pods.find(namespace, pod).orElseThrow(() -> new Refused(404, "pod \"" + pod + "\" not found"));
    }

    private static Run running(NodePods.Known known, String container) throws Refused {
        return known.seen().runs().stream()
                .filter(run -> run.name().equals(container) && run.isRunning())
                .findFirst()
                .orElseThrow(() -> new Refused(404, "container not found (\"" + container + "\")"));
    }

    private static ContainerRuntime.Streams streams(Queries query) {
        boolean tty = query.flag("tty");
        return new ContainerRuntime.Streams(
                query.flag("input"), query.flag("output"), query.flag("error") && !tty, tty);
    }

    private void pass(HttpExchange exchange, String url) throws IOException {
        var headers = new LinkedHashMap<String, List<String>>(exchange.headers());
        headers.keySet().removeAll(NOT_PASSED);
        var request = Request.of(exchange.method(), URI.create(url).toString()).withHeaders(headers);
        HttpClient.Upgraded back;
        try {
            back = client.upgrade(request);
        } catch (UpgradeRefusedException refused) {
            try (var response = refused.response()) {
                exchange.respond(
                        response.status(),
                        kept(response.headers()),
                        response.stream().readNBytes(LARGEST_REFUSAL));
            }
            return;
        }
        try (var behind = back.connection();
                var front = exchange.upgrade(HttpExchange.Upgrade.raw(back.headers()))) {
            Duplex.join(front, behind);
        }
    }

    private static Map<String, List<String>> kept(Map<String, List<String>> headers) {
        var kept = new LinkedHashMap<>(headers);
        kept.keySet().removeAll(List.of("content-length", "transfer-encoding", "connection"));
        return kept;
    }
}
