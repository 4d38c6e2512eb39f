package io.amphora.proxy;

import io.amphora.api.core.v1.Service;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Map;

/// What a load balancer that asks a Service's `healthCheckNodePort` is told: whether this node has ready endpoints of
/// it, so that connections are sent where they need not be passed on (KEP-27, `externalTrafficPolicy: Local`).
record LocalEndpoints(String namespace, String name, long count) {

    static LocalEndpoints of(Service service, List<EndpointSlice> slices, String node) {
        long count = slices.stream()
                .flatMap(slice -> slice.endpoints().stream())
                .filter(endpoint -> endpoint.nodeName().equals(node))
                .filter(endpoint -> endpoint.conditions().findReady().orElse(true))
                .flatMap(endpoint -> endpoint.addresses().stream())
                .distinct()
                .count();
        return new LocalEndpoints(service.namespace(), service.name(), count);
    }

    int status() {
        return count > 0 ? 200 : 503;
    }

    Map<String, List<String>> headers() {
        return Map.of(
                "content-type",
                List.of("application/json"),
                "x-content-type-options",
                List.of("nosniff"),
                "x-load-balancing-endpoint-weight",
                List.of(Long.toString(count)));
    }

    byte[] body() {
        return Json.bytes(ObjectTree.of(
                "service",
                ObjectTree.of("namespace", namespace, "name", name),
                "localEndpoints",
                count,
                "serviceProxyHealthy",
                true));
    }
}
