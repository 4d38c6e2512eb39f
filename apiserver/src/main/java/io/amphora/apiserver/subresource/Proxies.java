package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.core.v1.ObjectReference;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.ServicePort;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.Endpoint;
import io.amphora.api.discovery.v1.EndpointPort;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.machinery.random.Randomness;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `pods/proxy`, `services/proxy`, `nodes/proxy`: HTTP to what runs in the cluster, through the API server.
/// Names are `[https:]name[:port]`.
public final class Proxies {
    private final ClusterState state;
    private final Kubelets kubelets;
    private final PassThrough passing;
    private final Randomness random;

    public Proxies(ClusterState state, PassThrough passing, Randomness random) {
        this.state = state;
        this.kubelets = new Kubelets(state);
        this.passing = passing;
        this.random = random;
    }

    public Map<String, io.amphora.apiserver.registry.Endpoint> endpoints() {
        return Map.of("pods/proxy", this::pod, "services/proxy", this::service, "nodes/proxy", this::node);
    }

    /// What a path names.
    private record Target(String scheme, String name, String port) {
        static Target of(String text) {
            String[] parts = text.split(":", -1);
            return switch (parts.length) {
                case 1 -> new Target("http", parts[0], "");
                case 2 -> new Target("http", parts[0], parts[1]);
                default -> new Target(parts[0].isEmpty() ? "http" : parts[0], parts[1], parts[2]);
            };
        }
    }

    private Reply pod(Call call, ResourceDefinition<?> kind) {
        Target target = Target.of(call.name());
        Pod pod = Pod.of(state.now()
                .find(Pods.DEFINITION, call.namespace(), target.name)
                .orElseThrow(() -> ApiException.notFound(Pods.DEFINITION, target.name))
                .tree());
        String address = pod.status().podIP();
        if (!isPublic(address)) throw ApiException.badRequest("address not allowed");
        kubelets.require(pod.spec().nodeName());
        String port = target.port.isEmpty() ? firstPort(pod) : target.port;
        return pass(call, target.scheme, address, port);
    }

    /// Whoever may write an address into a status must not reach this machine itself by it.
    private static boolean isPublic(String address) {
        try {
            InetAddress ip = InetAddress.ofLiteral(address);
            return !ip.isAnyLocalAddress()
                    && !ip.isLoopbackAddress()
                    && !ip.isLinkLocalAddress()
                    && !ip.isMulticastAddress()
                    && !address.equals("255.255.255.255");
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    private static String firstPort(Pod pod) {
        return pod.spec().containers().stream()
                .flatMap(container -> container.ports().stream())
                .findFirst()
                .map(port -> Integer.toString(port.containerPort()))
                .orElse("80");
    }

    private Reply service(Call call, ResourceDefinition<?> kind) {
        Target target = Target.of(call.name());
        Service service = Service.of(state.now()
                .find(Services.DEFINITION, call.namespace(), target.name)
                .orElseThrow(() -> ApiException.notFound(Services.DEFINITION, target.name))
                .tree());
        ServicePort port = service.spec().ports().stream()
                .filter(each -> target.port.isEmpty()
                        || each.name().equals(target.port)
                        || Integer.toString(each.port()).equals(target.port))
                .findFirst()
                .orElseThrow(() -> unavailable(
                        "no service port \"" + target.port + "\" found for service \"" + target.name + "\""));
        List<Backend> ready = ready(service, port);
        if (ready.isEmpty()) throw unavailable("no endpoints available for service \"" + target.name + "\"");
        Backend chosen = ready.get(random.below(ready.size()));
        kubelets.require(chosen.node);
        return pass(call, target.scheme, chosen.address, Integer.toString(chosen.port));
    }

    /// A ready endpoint: a Pod.
    ///
    /// @param node that it runs on
    private record Backend(String address, int port, String node) {}

    private List<Backend> ready(Service service, ServicePort port) {
        var ready = new ArrayList<Backend>();
        state.now().list(EndpointSlices.DEFINITION, service.namespace()).forEach((key, stored) -> {
            if (!service.name().equals(stored.label("kubernetes.io/service-name"))) return;
            EndpointSlice slice = EndpointSlice.of(stored.tree());
            for (EndpointPort each : slice.ports()) {
                if (!each.name().equals(port.name())) continue;
                for (Endpoint endpoint : slice.endpoints())
                    if (endpoint.conditions().findReady().orElse(true)) {
                        String address = endpoint.addresses().getFirst();
                        if (isPublic(address))
                            pod(endpoint, address, service.namespace())
                                    .ifPresent(pod -> ready.add(new Backend(
                                            address, each.port(), pod.spec().nodeName())));
                    }
            }
        });
        return ready;
    }

    /// The Pod that an endpoint says it is, if the address is that Pod's: others are not proxied to, for anybody may
    /// write an EndpointSlice.
    private Optional<Pod> pod(Endpoint endpoint, String address, String namespace) {
        ObjectReference target = endpoint.targetRef();
        if (!target.kind().equals("Pod") || !target.namespace().equals(namespace)) return Optional.empty();
        return state.now()
                .find(Pods.DEFINITION, namespace, target.name())
                .map(stored -> Pod.of(stored.tree()))
                .filter(pod ->
                        pod.status().podIPs().stream().anyMatch(ip -> ip.ip().equals(address)));
    }

    private Reply node(Call call, ResourceDefinition<?> kind) {
        return passing.to(kubelets.url(Target.of(call.name()).name) + rest(call));
    }

    private Reply pass(Call call, String scheme, String address, String port) {
        String host = address.contains(":") ? "[" + address + "]" : address;
        return passing.to(scheme + "://" + host + ":" + port + rest(call));
    }

    private static String rest(Call call) {
        String path = call.info().rest().isEmpty() ? "/" : call.info().rest();
        var pairs = new ArrayList<String>();
        call.request()
                .query()
                .forEach((name, values) -> values.forEach(value -> pairs.add(encoded(name) + "=" + encoded(value))));
        String escaped = encoded(path).replace("%2F", "/");
        return pairs.isEmpty() ? escaped : escaped + "?" + String.join("&", pairs);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static ApiException unavailable(String why) {
        return ApiException.of(503, "ServiceUnavailable", why);
    }
}
