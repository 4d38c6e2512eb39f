package io.amphora.proxy;

import io.amphora.api.ApiObject;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.ServicePort;
import io.amphora.api.discovery.v1.Endpoint;
import io.amphora.api.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What one Service needs of the packet filter, by its endpoints.
///
/// ```
///  cluster-ips: address . protocol . port -> svc-…   -> one of its endpoints, by chance
///  node-ports:            protocol . port -> node-…  -> marked for masquerade, then the same
/// ```
final class ServiceRules {
    private static final Set<String> LEFT_TO_OTHERS =
            Set.of("service.kubernetes.io/service-proxy-name", "service.kubernetes.io/headless");

    private final Service service;
    private final List<EndpointSlice> slices;
    private final Ruleset.Place place;
    private final Rules.Builder rules = new Rules.Builder();

    private ServiceRules(Service service, List<EndpointSlice> slices, Ruleset.Place place) {
        this.service = service;
        this.slices = slices;
        this.place = place;
    }

    static Rules of(Service service, List<EndpointSlice> slices, Ruleset.Place place) {
        var made = new ServiceRules(service, slices, place);
        if (made.isProxied()) service.spec().ports().forEach(made::add);
        return made.rules.build();
    }

    /// One address and port that traffic may be sent to.
    private record Backend(String address, int port, boolean local) {}

    private boolean isProxied() {
        String address = service.spec().clusterIP();
        return !service.spec().type().equals("ExternalName")
                && !address.isEmpty()
                && !address.equals("None")
                && isOurs(service);
    }

    /// Some leave traffic to another proxy, or to whoever reads the addresses themselves.
    private static boolean isOurs(ApiObject object) {
        return Collections.disjoint(object.metadata().labels().keySet(), LEFT_TO_OTHERS);
    }

    private void add(ServicePort port) {
        List<Backend> all = backends(port);
        String protocol = port.protocol().isEmpty() ? "tcp" : port.protocol().toLowerCase(Locale.ROOT);
        List<Backend> inside = service.spec().internalTrafficPolicy().equals("Local") ? localOnes(all) : all;
        String chain = "svc-" + id(port);
        for (Backend backend : all) if (backend.local()) rules.mayReachItself(backend.address());
        if (protocol.equals("udp")) for (Backend backend : all) rules.sendsUdpTo(backend.address(), backend.port());
        if (!inside.isEmpty()) {
            rules.chain(chain, balance(chain, protocol, inside));
            for (String address : addresses()) rules.at(address, protocol, port.port(), chain);
        }
        if (port.nodePort() == 0 && outsideAddresses().isEmpty()) return;
        boolean local = service.spec().externalTrafficPolicy().equals("Local");
        List<Backend> outside = local ? localOnes(all) : all;
        if (all.isEmpty()) refuse(port, protocol);
        if (outside.isEmpty()) return;
        String entry = "node-" + id(port);
        rules.chain(entry, entryRules(entry, protocol, outside, local));
        if (port.nodePort() > 0) rules.atEveryAddress(protocol, port.nodePort(), entry);
        for (String address : outsideAddresses()) rules.at(address, protocol, port.port(), entry);
    }

    /// Outside of the range of Services' addresses, what has no endpoint has to be named to be refused. A UDP packet
    /// that only finds nobody listening would leave a connection that later ones follow, past the endpoint.
    private void refuse(ServicePort port, String protocol) {
        if (port.nodePort() > 0) rules.refusedAtEveryAddress(protocol, port.nodePort());
        for (String address : outsideAddresses()) rules.refusedAt(address, protocol, port.port());
    }

    /// The rules of a chain that outside traffic enters: unless it stays on this node, its answers must come back
    /// here.
    private List<String> entryRules(String chain, String protocol, List<Backend> backends, boolean keepsSource) {
        var lines = new ArrayList<String>();
        if (!keepsSource) lines.add(Rules.MASQUERADE);
        lines.addAll(balance(chain, protocol, backends));
        return List.copyOf(lines);
    }

    private List<String> balance(String chain, String protocol, List<Backend> backends) {
        if (service.spec().sessionAffinity().equals("ClientIP")) return stick(chain, protocol, backends);
        if (backends.size() == 1)
            return List.of("meta l4proto " + protocol + " dnat to " + target(backends.getFirst(), ":"));
        var choices = new ArrayList<String>();
        for (Backend backend : backends) choices.add(choices.size() + " : " + target(backend, " . "));
        return List.of("meta l4proto " + protocol + " dnat ip to numgen random mod " + backends.size() + " map { "
                + String.join(", ", choices) + " }");
    }

    /// As [#balance], but a client that came before goes where it went.
    private List<String> stick(String chain, String protocol, List<Backend> backends) {
        var lines = new ArrayList<String>();
        var choices = new ArrayList<String>();
        int seconds = service.spec()
                .sessionAffinityConfig()
                .clientIP()
                .findTimeoutSeconds()
                .orElse(10800);
        for (Backend backend : backends) {
            String end = chain + "-" + target(backend, "-").replace('.', '-');
            rules.affinity(end, seconds);
            rules.chain(
                    end,
                    List.of(
                            "update @" + end + " { ip saddr }",
                            "meta l4proto " + protocol + " dnat to " + target(backend, ":")));
            lines.add("ip saddr @" + end + " goto " + end);
            choices.add(choices.size() + " : goto " + end);
        }
        lines.add("numgen random mod " + backends.size() + " vmap { " + String.join(", ", choices) + " }");
        return List.copyOf(lines);
    }

    /// The ready endpoints; where none is ready, those that still serve while they terminate (KEP-1669).
    private List<Backend> backends(ServicePort port) {
        Set<Backend> ready = new LinkedHashSet<>();
        Set<Backend> leaving = new LinkedHashSet<>();
        for (EndpointSlice slice : slices) {
            if (!slice.addressType().equals("IPv4") || !isOurs(slice)) continue;
            for (var offered : slice.ports()) {
                if (!offered.name().equals(port.name()) || offered.port() == 0) continue;
                for (Endpoint endpoint : slice.endpoints()) {
                    boolean isReady = endpoint.conditions().findReady().orElse(true);
                    boolean serves = endpoint.conditions().serving()
                            && endpoint.conditions().terminating();
                    if (!isReady && !serves) continue;
                    boolean local =
                            !place.name().isEmpty() && endpoint.nodeName().equals(place.name());
                    for (String address : endpoint.addresses())
                        (isReady ? ready : leaving).add(new Backend(address, offered.port(), local));
                }
            }
        }
        return List.copyOf(ready.isEmpty() ? leaving : ready);
    }

    private static List<Backend> localOnes(List<Backend> backends) {
        return backends.stream().filter(Backend::local).toList();
    }

    private List<String> addresses() {
        List<String> addresses = service.spec().clusterIPs().isEmpty()
                ? List.of(service.spec().clusterIP())
                : service.spec().clusterIPs();
        return addresses.stream().filter(address -> !address.contains(":")).toList();
    }

    /// Addresses of the Service outside the cluster: its external IPs and what a load balancer was given.
    private List<String> outsideAddresses() {
        var addresses = new ArrayList<>(service.spec().externalIPs());
        for (var ingress : service.status().loadBalancer().ingress())
            if (!ingress.ip().isEmpty()) addresses.add(ingress.ip());
        return addresses.stream().filter(address -> !address.contains(":")).toList();
    }

    private static String target(Backend backend, String separator) {
        return backend.address() + separator + backend.port();
    }

    /// Names of chains are short and of few letters; the Service's uid and the port tell them apart.
    private String id(ServicePort port) {
        return service.uid()
                        .replace("-", "")
                        .substring(
                                0, Math.min(12, service.uid().replace("-", "").length())) + "-" + port.port()
                + (port.protocol().equals("UDP") ? "u" : port.protocol().equals("SCTP") ? "s" : "");
    }
}
