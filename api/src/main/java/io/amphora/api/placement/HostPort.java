package io.amphora.api.placement;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import java.util.ArrayList;
import java.util.List;

/// A port of the node that a Pod takes. An address of `0.0.0.0` stands for every address.
public record HostPort(String protocol, String address, int port) {
    private static final String EVERY = "0.0.0.0";

    /// Those of all containers that run together.
    public static List<HostPort> of(Pod pod) {
        var ports = new ArrayList<HostPort>();
        for (Container container : pod.spec().containers()) add(container, ports);
        for (Container container : pod.spec().initContainers())
            if (container.restartPolicy().equals("Always")) add(container, ports);
        return List.copyOf(ports);
    }

    private static void add(Container container, List<HostPort> ports) {
        for (var port : container.ports()) {
            if (port.hostPort() <= 0) continue;
            ports.add(new HostPort(
                    port.protocol().isEmpty() ? "TCP" : port.protocol(),
                    port.hostIP().isEmpty() ? EVERY : port.hostIP(),
                    port.hostPort()));
        }
    }

    /// Two clash on one port and protocol when their addresses are equal or one of them is every address.
    public boolean clashesWith(HostPort other) {
        return port == other.port
                && protocol.equals(other.protocol)
                && (address.equals(other.address) || address.equals(EVERY) || other.address.equals(EVERY));
    }
}
