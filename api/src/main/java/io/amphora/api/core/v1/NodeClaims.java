package io.amphora.api.core.v1;

import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.networking.v1.ServiceCIDR;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Which names and addresses a node may not have, since the cluster knows them as somebody else's.
/// A node says of itself who it is: in its Node, and when it asks for a certificate.
///
/// @param services the ranges that Services get their addresses from
/// @param server the API server's own addresses
/// @param claimed by the names and addresses that they say are theirs, the nodes that are there
public record NodeClaims(List<Cidr> services, Set<IpAddress> server, Map<String, List<Node>> claimed) {
    /// Under this key of a node's `extra` the API server says from which address its requests
    /// come. Whoever opened that connection gets what is sent there: the one address of a node
    /// that the cluster knows by itself.
    public static final String SOURCE = "amphora.io/source-address";

    /// They and all that end like them: the server's names, this machine's own, and what the
    /// cluster's DNS answers for.
    private static final Set<String> RESERVED =
            Set.of("kubernetes", "kubernetes.default", "localhost", "localhost.localdomain", "svc", "cluster.local");

    /// @param kubernetes the Service of that name in `default`, and the slice of that name that it
    ///     leads to
    public static NodeClaims of(
            List<ServiceCIDR> ranges, Optional<Service> kubernetes, Optional<EndpointSlice> slice, List<Node> nodes) {
        var services = new ArrayList<Cidr>();
        for (ServiceCIDR range : ranges)
            for (String text : range.spec().cidrs()) if (Cidr.parse(text) instanceof Cidr cidr) services.add(cidr);
        var server = new HashSet<IpAddress>();
        Stream.concat(
                        kubernetes.stream().flatMap(service -> service.spec().clusterIPs().stream()),
                        slice.stream()
                                .flatMap(each -> each.endpoints().stream())
                                .flatMap(endpoint -> endpoint.addresses().stream()))
                .forEach(text -> {
                    if (IpAddress.parse(text) instanceof IpAddress address) server.add(address);
                });
        return new NodeClaims(List.copyOf(services), Set.copyOf(server), claimed(nodes));
    }

    /// Why no node may have a name; empty when one may. A name that is an address is judged as
    /// that.
    public Optional<String> whyNot(String name) {
        if (IpAddress.parse(name) instanceof IpAddress address) return whyNot(address);
        String plain = withoutDots(name.toLowerCase(Locale.ROOT));
        boolean reserved = plain.contains(".svc.")
                || RESERVED.stream().anyMatch(ending -> plain.equals(ending) || plain.endsWith("." + ending));
        return reserved
                ? Optional.of("name \"" + name + "\" is reserved for the API server and Services")
                : Optional.empty();
    }

    /// A name that ends in dots is the same name to a resolver.
    private static String withoutDots(String name) {
        int end = name.length();
        while (end > 0 && name.charAt(end - 1) == '.') end--;
        return name.substring(0, end);
    }

    /// Why no node may have an address; empty when one may.
    public Optional<String> whyNot(IpAddress address) {
        if (!address.isGlobalUnicast())
            return Optional.of("address " + address + " is no address by which others reach a node");
        if (server.contains(address)) return Optional.of("address " + address + " is the API server's");
        return services.stream().anyMatch(range -> range.contains(address))
                ? Optional.of("address " + address + " is in the range of Services")
                : Optional.empty();
    }

    /// The other nodes that say an address, or a name, is theirs.
    ///
    /// @param text an address in any form, or a name
    public List<Node> others(String node, String text) {
        return claimed.getOrDefault(canonical(text), List.of()).stream()
                .filter(other -> !other.name().equals(node))
                .toList();
    }

    /// Whether a node of that name is there and at work.
    public boolean isReady(String name) {
        return claimed.getOrDefault(canonical(name), List.of()).stream()
                .anyMatch(node -> node.name().equals(name) && isReady(node));
    }

    public static boolean isReady(Node node) {
        return node.status().conditions().stream()
                .anyMatch(each -> each.type().equals("Ready") && each.status().equals("True"));
    }

    private static Map<String, List<Node>> claimed(List<Node> nodes) {
        var claimed = new HashMap<String, List<Node>>();
        for (Node node : nodes)
            Stream.concat(
                            Stream.of(node.name()),
                            node.status().addresses().stream().map(NodeAddress::address))
                    .map(NodeClaims::canonical)
                    .distinct()
                    .forEach(text -> claimed.computeIfAbsent(text, unused -> new ArrayList<>())
                            .add(node));
        return claimed;
    }

    private static String canonical(String text) {
        return IpAddress.parse(text) instanceof IpAddress address
                ? address.toString()
                : withoutDots(text.toLowerCase(Locale.ROOT));
    }
}
