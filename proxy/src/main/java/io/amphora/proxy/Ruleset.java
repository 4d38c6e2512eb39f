package io.amphora.proxy;

import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.ServicePort;
import io.amphora.api.discovery.v1.Endpoint;
import io.amphora.api.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What the packet filter must hold for the Services to work, as data: `ruleset(services, slices, node) ->
/// rules`.
///
/// ```
///  packet -> cluster-ips: address . protocol . port -> goto svc-…   -> one of its endpoints, by chance
///         -> node-ports:            protocol . port -> goto node-…  -> marked for masquerade, then svc-…
/// ```
///
/// A Service's port is one chain with one rule, so a changed endpoint costs one chain, however many Services
/// there
/// are.
///
/// @param chains the rules of each chain, by its name
/// @param clusterIps `10.96.0.1 . tcp . 443` -> the chain that it goes to
/// @param nodePorts `tcp . 30080` -> the chain that it goes to
/// @param hairpins addresses on this node that may reach themselves through a Service, and then need another
///     source
///     address
/// @param affinities sets that remember which client belongs to which endpoint, and for how many seconds
public record Ruleset(
        SortedMap<String, List<String>> chains,
        SortedMap<String, String> clusterIps,
        SortedMap<String, String> nodePorts,
        SortedSet<String> hairpins,
        SortedMap<String, Integer> affinities) {

    public static final Ruleset EMPTY =
            new Ruleset(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), new TreeMap<>());

    /// Where the rules are to stand.
    ///
    /// @param name the node's name, "" for a machine that runs no Pods but reaches Services
    public record Place(String name) {}

    /// One address and port that traffic may be sent to.
    private record Backend(String address, int port, boolean local) {}

    public static Ruleset of(
            Collection<Service> services, Map<String, List<EndpointSlice>> slicesByService, Place place) {
        var rules = new Ruleset(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), new TreeMap<>());
        for (Service service : services) {
            if (!isProxied(service)) continue;
            List<EndpointSlice> slices =
                    slicesByService.getOrDefault(service.namespace() + "/" + service.name(), List.of());
            for (ServicePort port : service.spec().ports()) rules.add(service, port, slices, place);
        }
        return rules;
    }

    /// The addresses that UDP traffic is sent to.
    SortedSet<String> udpTargets() {
        var targets = new TreeSet<String>();
        Pattern address = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");
        for (List<String> rules : chains.values())
            for (String rule : rules)
                if (rule.startsWith("meta l4proto udp"))
                    address.matcher(rule).results().forEach(found -> targets.add(found.group()));
        return targets;
    }

    private static boolean isProxied(Service service) {
        String address = service.spec().clusterIP();
        return !service.spec().type().equals("ExternalName")
                && !address.isEmpty()
                && !address.equals("None")
                && !service.metadata().labels().containsKey("service.kubernetes.io/service-proxy-name");
    }

    private void add(Service service, ServicePort port, List<EndpointSlice> slices, Place place) {
        List<Backend> all = backends(port, slices, place);
        String protocol = port.protocol().isEmpty() ? "tcp" : port.protocol().toLowerCase(java.util.Locale.ROOT);
        List<Backend> inside = service.spec().internalTrafficPolicy().equals("Local") ? localOnes(all) : all;
        String chain = "svc-" + id(service, port);
        for (Backend backend : all) if (backend.local()) hairpins.add(backend.address() + " . " + backend.address());
        if (!inside.isEmpty()) {
            chains.put(chain, balance(chain, service, protocol, inside));
            for (String address : addresses(service)) clusterIps.put(key(address, protocol, port.port()), chain);
        }
        if (port.nodePort() == 0 && outsideAddresses(service).isEmpty()) return;
        boolean local = service.spec().externalTrafficPolicy().equals("Local");
        List<Backend> outside = local ? localOnes(all) : all;
        if (outside.isEmpty()) return;
        String entry = "node-" + id(service, port);
        chains.put(entry, entryRules(entry, service, protocol, outside, local));
        if (port.nodePort() > 0) nodePorts.put(protocol + " . " + port.nodePort(), entry);
        for (String address : outsideAddresses(service)) clusterIps.put(key(address, protocol, port.port()), entry);
    }

    /// The rules of a chain that outside traffic enters: unless it stays on this node, its answers must come back
    /// here.
    private List<String> entryRules(
            String chain, Service service, String protocol, List<Backend> backends, boolean keepsSource) {
        var rules = new ArrayList<String>();
        if (!keepsSource) rules.add("jump mark-for-masquerade");
        rules.addAll(balance(chain, service, protocol, backends));
        return List.copyOf(rules);
    }

    private List<String> balance(String chain, Service service, String protocol, List<Backend> backends) {
        if (service.spec().sessionAffinity().equals("ClientIP")) return stick(chain, service, protocol, backends);
        if (backends.size() == 1)
            return List.of("meta l4proto " + protocol + " dnat to " + target(backends.getFirst(), ":"));
        var choices = new ArrayList<String>();
        for (Backend backend : backends) choices.add(choices.size() + " : " + target(backend, " . "));
        return List.of("meta l4proto " + protocol + " dnat ip to numgen random mod " + backends.size() + " map { "
                + String.join(", ", choices) + " }");
    }

    /// As [#balance], but a client that came before goes where it went.
    private List<String> stick(String chain, Service service, String protocol, List<Backend> backends) {
        var rules = new ArrayList<String>();
        var choices = new ArrayList<String>();
        int seconds = service.spec()
                .sessionAffinityConfig()
                .clientIP()
                .findTimeoutSeconds()
                .orElse(10800);
        for (Backend backend : backends) {
            String end = chain + "-" + target(backend, "-").replace('.', '-');
            affinities.put(end, seconds);
            chains.put(
                    end,
                    List.of(
                            "update @" + end + " { ip saddr }",
                            "meta l4proto " + protocol + " dnat to " + target(backend, ":")));
            rules.add("ip saddr @" + end + " goto " + end);
            choices.add(choices.size() + " : goto " + end);
        }
        rules.add("numgen random mod " + backends.size() + " vmap { " + String.join(", ", choices) + " }");
        return List.copyOf(rules);
    }

    /// The ready endpoints; where none is ready, those that still serve while they terminate (KEP-1669).
    private static List<Backend> backends(ServicePort port, List<EndpointSlice> slices, Place place) {
        Set<Backend> ready = new LinkedHashSet<>();
        Set<Backend> leaving = new LinkedHashSet<>();
        for (EndpointSlice slice : slices) {
            if (!slice.addressType().equals("IPv4")) continue;
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

    private static List<String> addresses(Service service) {
        List<String> addresses = service.spec().clusterIPs().isEmpty()
                ? List.of(service.spec().clusterIP())
                : service.spec().clusterIPs();
        return addresses.stream().filter(address -> !address.contains(":")).toList();
    }

    /// Addresses of the Service outside the cluster: its external IPs and what a load balancer was given.
    private static List<String> outsideAddresses(Service service) {
        var addresses = new ArrayList<>(service.spec().externalIPs());
        for (var ingress : service.status().loadBalancer().ingress())
            if (!ingress.ip().isEmpty()) addresses.add(ingress.ip());
        return addresses.stream().filter(address -> !address.contains(":")).toList();
    }

    private static String key(String address, String protocol, int port) {
        return address + " . " + protocol + " . " + port;
    }

    private static String target(Backend backend, String separator) {
        return backend.address() + separator + backend.port();
    }

    /// Names of chains are short and of few letters; the Service's uid and the port tell them apart.
    private static String id(Service service, ServicePort port) {
        return service.uid()
                        .replace("-", "")
                        .substring(
                                0, Math.min(12, service.uid().replace("-", "").length())) + "-" + port.port()
                + (port.protocol().equals("UDP") ? "u" : port.protocol().equals("SCTP") ? "s" : "");
    }
}
