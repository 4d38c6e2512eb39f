package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpAddress;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where this server opens connections to on behalf of others. Addresses come from the status of Pods and Nodes and
/// from EndpointSlices, which kubelets and users write: none of them may lead back to this machine, to its links, or
/// to a Service, behind which this server is as well.
///
/// @param services from which Services get their addresses
/// @param server by which clients reach this server; null where they know it by a name
/// @param port of this server
public record ProxyAddresses(
        @Nullable Cidr services, @Nullable IpAddress server, int port) {
    /// How many bits of an IPv6 address are zero when it only wraps an IPv4 address (RFC 4291, 2.5.5.1).
    private static final int COMPATIBLE = 96;

    /// @param serviceCidr from which Services get their addresses
    /// @param address `host:port` of this server
    public static ProxyAddresses of(String serviceCidr, String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon).replaceFirst("^\\[(.*)]$", "$1");
        return new ProxyAddresses(
                Cidr.parse(serviceCidr), IpAddress.parse(host), Integer.parseInt(address.substring(colon + 1)));
    }

    /// The address of a Pod.
    ///
    /// @throws ApiException when it is none, or one that is not passed on to
    IpAddress require(String text) {
        IpAddress address = IpAddress.parse(text);
        if (address == null || !isElsewhere(address) || isOwn(address)) throw notAllowed();
        return address;
    }

    boolean allows(String text) {
        IpAddress address = IpAddress.parse(text);
        return address != null && isElsewhere(address) && !isOwn(address);
    }

    /// The address of a kubelet, which may run on this very machine, but is not this server.
    ///
    /// @param text an address or a name
    IpAddress requireKubelet(String text, long kubeletPort) {
        IpAddress first = null;
        for (IpAddress address : resolved(text)) {
            if (!isElsewhere(address) || kubeletPort == port && isOwn(address)) throw notAllowed();
            if (first == null) first = address;
        }
        if (first == null) throw notAllowed();
        return first;
    }

    /// Names are asked for once, and the answer is where the connection goes: a second question could be answered
    /// otherwise.
    private static Iterable<IpAddress> resolved(String text) {
        IpAddress literal = IpAddress.parse(text);
        if (literal != null) return List.of(literal);
        try {
            return Arrays.stream(InetAddress.getAllByName(text))
                    .map(each -> IpAddress.of(each.getAddress()))
                    .toList();
        } catch (UnknownHostException none) {
            throw ApiException.of(503, "ServiceUnavailable", "lookup " + text + ": no such host");
        }
    }

    private boolean isElsewhere(IpAddress address) {
        boolean compatible = address.isV6() && address.masked(COMPATIBLE).isUnspecified();
        boolean service = services != null && services.contains(address);
        return address.isGlobalUnicast() && !compatible && !service;
    }

    /// Whether this machine has the address: this server listens on all of them.
    private boolean isOwn(IpAddress address) {
        if (address.equals(server)) return true;
        try {
            return NetworkInterface.getByInetAddress(InetAddress.getByAddress(address.bytes())) != null;
        } catch (SocketException | UnknownHostException unknown) {
            return true;
        }
    }

    private static ApiException notAllowed() {
        return ApiException.badRequest("address not allowed");
    }
}
