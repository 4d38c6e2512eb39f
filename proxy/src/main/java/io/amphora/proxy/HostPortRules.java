package io.amphora.proxy;

import io.amphora.api.core.v1.Pod;
import java.util.List;
import java.util.Locale;

/// What a Pod with host ports needs of the packet filter of its node: `hostIP:hostPort` (every address of the node
/// where no `hostIP` is said) leads to the container's port.
final class HostPortRules {
    private HostPortRules() {}

    /// A Pod that shares the node's network listens by itself, and one that has ended listens no more.
    static Rules of(Pod pod) {
        String address = pod.status().podIP();
        String phase = pod.status().phase();
        if (pod.spec().hostNetwork()
                || address.isEmpty()
                || address.contains(":")
                || phase.equals("Succeeded")
                || phase.equals("Failed")) return Rules.NONE;
        var rules = new Rules.Builder();
        for (var containers : List.of(pod.spec().containers(), pod.spec().initContainers()))
            for (var container : containers)
                for (var port : container.ports()) {
                    if (port.hostPort() == 0) continue;
                    String protocol =
                            port.protocol().isEmpty() ? "tcp" : port.protocol().toLowerCase(Locale.ROOT);
                    String host = port.hostIP().equals("0.0.0.0") ? "" : port.hostIP();
                    String chain = chain(pod, protocol, host, port.hostPort());
                    rules.chain(
                            chain,
                            List.of(
                                    Rules.MASQUERADE,
                                    "meta l4proto " + protocol + " dnat to " + address + ":" + port.containerPort()));
                    if (host.isEmpty()) rules.atEveryAddress(protocol, port.hostPort(), chain);
                    else rules.at(host, protocol, port.hostPort(), chain);
                    rules.mayReachItself(address);
                    if (protocol.equals("udp")) rules.sendsUdpTo(address, port.containerPort());
                }
        return rules.build();
    }

    private static String chain(Pod pod, String protocol, String host, int port) {
        String uid = pod.uid().replace("-", "");
        return "host-" + uid.substring(0, Math.min(12, uid.length())) + "-" + port + protocol.charAt(0)
                + (host.isEmpty() ? "" : "-" + host.replace('.', '-'));
    }
}
