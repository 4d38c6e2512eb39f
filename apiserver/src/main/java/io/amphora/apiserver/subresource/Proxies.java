package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.core.v1.ContainerPort;
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
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.random.Randomness;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// `pods/proxy`, `services/proxy`, `nodes/proxy`: HTTP to what runs in the cluster, through the API server.
/// Names are `[https:]name[:port]`.
public final class Proxies {
    private static final int USUAL_PORT = 80;

    private final ClusterState state;
    private final ProxyAddresses allowed;
    private final Kubelets kubelets;
    private final PassThrough toKubelets;
    private final PassThrough toOthers;
    private final Randomness random;

    /// @param toKubelets with this server's own credentials
    /// @param toOthers without any, which a Pod could make use of
    public Proxies(
            ClusterState state, Kubelets kubelets, PassThrough toKubelets, PassThrough toOthers, Randomness random) {
        this.state = state;
        this.allowed = kubelets.allowed();
        this.kubelets = kubelets;
        this.toKubelets = toKubelets;
        this.toOthers = toOthers;
        this.random = random;
    }

    public Map<String, io.amphora.apiserver.registry.Endpoint> endpoints() {
        return Map.of("pods/proxy", this::pod, "services/proxy", this::service, "nodes/proxy", this::node);
    }

    private Reply pod(Call call, ResourceDefinition<?> kind) {
        ProxyName target = ProxyName.of(call.name(), "pod");
        Pod pod = Pod.of(state.now()
                .find(Pods.DEFINITION, call.namespace(), target.name())
                .orElseThrow(() -> ApiException.notFound(Pods.DEFINITION, target.name()))
                .tree());
        IpAddress address = allowed.require(pod.status().podIP());
        int port = port(call, target, pod);
        kubelets.require(pod.spec().nodeName());
        return pass(call, toOthers, new Origin(target.scheme(), address, port));
    }

    /// A number, or a port of the Pod by its name; the first one where the request names none.
    private static int port(Call call, ProxyName target, Pod pod) {
        if (target.number().isPresent()) return target.number().getAsInt();
        Optional<ContainerPort> port = ports(pod)
                .filter(each -> target.port().isEmpty() || each.name().equals(target.port()))
                .findFirst();
        if (port.isPresent()) return port.get().containerPort();
        if (target.port().isEmpty()) return USUAL_PORT;
        throw ProxyName.invalid(call.name(), "pod");
    }

    private static Stream<ContainerPort> ports(Pod pod) {
        return pod.spec().containers().stream().flatMap(container -> container.ports().stream());
    }

    private Reply service(Call call, ResourceDefinition<?> kind) {
        ProxyName target = ProxyName.of(call.name(), "service");
        Service service = Service.of(state.now()
                .find(Services.DEFINITION, call.namespace(), target.name())
                .orElseThrow(() -> ApiException.notFound(Services.DEFINITION, target.name()))
                .tree());
        ServicePort port = service.spec().ports().stream()
                .filter(each -> target.port().isEmpty()
                        || each.name().equals(target.port())
                        || Integer.toString(each.port()).equals(target.port()))
                .findFirst()
                .orElseThrow(() -> unavailable(
                        "no service port \"" + target.port() + "\" found for service \"" + target.name() + "\""));
        List<Backend> ready = ready(service, port);
        if (ready.isEmpty()) throw unavailable("no endpoints available for service \"" + target.name() + "\"");
        Backend chosen = ready.get(random.below(ready.size()));
        kubelets.require(chosen.node);
        return pass(call, toOthers, new Origin(target.scheme(), allowed.require(chosen.address), chosen.port));
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
                        if (allowed.allows(address))
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
        ProxyName target = ProxyName.of(call.name(), "node");
        int kubelet = kubelets.port(target.name());
        int port = target.port().isEmpty()
                ? kubelet
                : target.number().orElseThrow(() -> ProxyName.invalid(call.name(), "node"));
        if (port == kubelet) return pass(call, toKubelets, kubelets.origin(target.name()));
        return pass(call, toOthers, kubelets.origin(target.scheme(), target.name(), port));
    }

    /// Whoever asks for the root without a slash is sent there, so that relative links lead to what is below it.
    private static Reply pass(Call call, PassThrough passing, Origin origin) {
        String path = call.info().path();
        String rest = call.info().rest();
        boolean reads = List.of("GET", "HEAD").contains(call.request().method());
        if (rest.isEmpty() && !path.endsWith("/") && reads && !call.asksForUpgrade())
            return new Reply.Bytes(301, "", new byte[0], Map.of("location", escaped(path) + "/" + query(call)));
        String below = path.endsWith("/") ? rest + "/" : rest;
        String prefix = path.substring(0, path.length() - below.length());
        return passing.to(origin.url() + (below.isEmpty() ? "/" : escaped(below)) + query(call), prefix);
    }

    private static String query(Call call) {
        var pairs = new ArrayList<String>();
        call.request()
                .query()
                .forEach((name, values) -> values.forEach(value -> pairs.add(encoded(name) + "=" + encoded(value))));
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    private static String escaped(String path) {
        return encoded(path).replace("%2F", "/").replace("%3A", ":");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static ApiException unavailable(String why) {
        return ApiException.of(503, "ServiceUnavailable", why);
    }
}
