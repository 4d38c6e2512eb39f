package io.amphora.proxy;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.client.Informer;
import io.amphora.client.Informers;
import io.amphora.http.HttpExchange;
import io.amphora.http.HttpHandler;
import io.amphora.http.HttpServer;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers load balancers on a node: on [#PORT] whether the node is to get connections at all (`/healthz`, `/livez`),
/// and
/// on each Service's `healthCheckNodePort` whether it has endpoints of that Service ([LocalEndpoints]).
public final class HealthServers implements AutoCloseable {
    /// kube-proxy's `--healthz-bind-address`.
    public static final int PORT = 10256;

    private static final Logger LOG = LoggerFactory.getLogger(HealthServers.class);
    private static final String GOING = "ToBeDeletedByClusterAutoscaler";
    private static final Map<String, List<String>> HEADERS =
            Map.of("content-type", List.of("application/json"), "x-content-type-options", List.of("nosniff"));

    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;
    private final Informer<Node> nodes;
    private final String node;
    private final String address;
    private final Clock clock;
    private final Map<Integer, Answering> servers = new HashMap<>();
    private @Nullable HttpServer own;
    private boolean closed;

    /// A port, and the Service that it is of.
    private record Answering(String service, HttpServer server) {
        void close() {
            server.close();
        }
    }

    /// @param node this one's name
    /// @param address to listen on
    public HealthServers(Informers informers, String node, String address, Clock clock) {
        this.services = informers.informer(Services.DEFINITION);
        this.slices = informers.informer(EndpointSlices.DEFINITION).withIndex(ServiceProxy.BY_SERVICE);
        this.nodes = informers.informer(Nodes.DEFINITION);
        this.node = node;
        this.address = address;
        this.clock = clock;
    }

    /// @param port for the node's own health
    public HealthServers start(int port) {
        own = open(port, this::ofNode);
        services.onChange((before, now) -> changed());
        changed();
        return this;
    }

    private synchronized void changed() {
        if (closed) return;
        var wanted = new HashMap<Integer, String>();
        for (Service service : services.snapshot().list())
            if (service.spec().healthCheckNodePort() != 0)
                wanted.put(service.spec().healthCheckNodePort(), service.namespace() + "/" + service.name());
        servers.entrySet().removeIf(each -> {
            if (each.getValue().service().equals(wanted.get(each.getKey()))) return false;
            each.getValue().close();
            return true;
        });
        wanted.forEach((port, service) -> {
            if (servers.containsKey(port)) return;
            HttpServer server = open(port, exchange -> ofService(service, exchange));
            if (server != null) servers.put(port, new Answering(service, server));
        });
    }

    /// A port that something else has is no reason to end: it is told, and tried again with the next change.
    private @Nullable HttpServer open(int port, HttpHandler handler) {
        try {
            return HttpServer.start(HttpServer.Options.on(address, port).withEventLoops(1), handler);
        } catch (IOException taken) {
            LOG.warn("node {} has no health check at port {}: {}", node, port, taken.getMessage());
            return null;
        }
    }

    private void ofService(String key, HttpExchange exchange) {
        int slash = key.indexOf('/');
        var service = services.snapshot().find(key.substring(0, slash), key.substring(slash + 1));
        if (service.isEmpty()) {
            exchange.respond(404, Map.of(), new byte[0]);
            return;
        }
        var told = LocalEndpoints.of(service.get(), slices.snapshot().by(ServiceProxy.BY_SERVICE, key), node);
        exchange.respond(told.status(), told.headers(), told.body());
    }

    /// A node that is going gets no new connections (`/healthz`), but its proxy lives (`/livez`).
    private void ofNode(HttpExchange exchange) {
        String path = exchange.rawPath();
        if (!path.equals("/healthz") && !path.equals("/livez")) {
            exchange.respond(404, Map.of(), new byte[0]);
            return;
        }
        String now = clock.now().toString();
        boolean eligible = isEligible();
        var told = ObjectTree.of("lastUpdated", now, "currentTime", now, "nodeEligible", eligible);
        exchange.respond(eligible || path.equals("/livez") ? 200 : 503, HEADERS, Json.bytes(told));
    }

    private boolean isEligible() {
        return nodes.snapshot()
                .find("", node)
                .filter(itself -> itself.metadata().findDeletionTimestamp().isPresent()
                        || itself.spec().taints().stream()
                                .anyMatch(taint -> taint.key().equals(GOING)))
                .isEmpty();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (own != null) own.close();
        servers.values().forEach(Answering::close);
    }
}
