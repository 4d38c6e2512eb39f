package io.amphora.api.core.v1;

import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.networking.v1.ServiceCIDR;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which names and addresses a node may not have, since the cluster knows them as somebody else's. A node says of
/// itself who it is: in its Node, and when it asks for a certificate.
///
/// @param services the ranges that Services get their addresses from
/// @param server the API server's own addresses
/// @param nodes what is there
public record NodeClaims(List<Cidr> services, Set<IpAddress> server, List<Node> nodes) {
    /// Under this key of a node's `extra` the API server says from which address its requests come. Whoever opened
    /// that connection gets what is sent there: the one address of a node that the cluster knows by itself.
    public static final String SOURCE = "amphora.io/source-address";

    private static final Set<String> SERVER_NAMES =
            Set.of("kubernetes", "kubernetes.default", "localhost", "localhost.localdomain");

    /// @param kubernetes the Service of that name in `default`, and the slice of that name that it leads to
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
        return new NodeClaims(List.copyOf(services), Set.copyOf(server), nodes);
    }

    /// Why no node may have a name; empty when one may. A name that is an address is judged as that.
    public Optional<String> whyNot(String name) {
        if (IpAddress.parse(name) instanceof IpAddress address) return whyNot(address);
        String plain = name.toLowerCase(Locale.ROOT);
        while (plain.endsWith(".")) plain = plain.substring(0, plain.length() - 1);
        boolean services = (plain + ".").contains(".svc.") || plain.equals("svc");
        return SERVER_NAMES.contains(plain) || services || plain.endsWith(".localhost")
                ? Optional.of("name \"" + name + "\" is reserved for the API server and Services")
                : Optional.empty();
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

    /// Another node that says an address, or a name, is its own.
    ///
    /// @param text an address in any form, or a name
    public Optional<Node> findOther(String node, String text) {
        IpAddress address = IpAddress.parse(text);
        return nodes.stream()
                .filter(other -> !other.name().equals(node))
                .filter(other -> other.name().equals(text)
                        || other.status().addresses().stream().anyMatch(each -> isSame(each.address(), text, address)))
                .findFirst();
    }

    private static boolean isSame(String theirs, String text, @Nullable IpAddress address) {
        return address == null ? theirs.equalsIgnoreCase(text) : address.equals(IpAddress.parse(theirs));
    }
}
