package io.amphora.scheduler;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodAffinityTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A Pod with what the plugins ask of it again and again, computed once.
public record PodInfo(
        Pod pod,
        Resources requests,
        Resources scoredRequests,
        List<HostPort> hostPorts,
        List<PodAffinityTerm> antiAffinity) {

    /// What a container without requests counts as when nodes are compared, so that a full node does not look
    /// empty.
    private static final Resources ASSUMED = new Resources(Map.of("cpu", 100L, "memory", 200L << 20));

    public record HostPort(String protocol, String address, int port) {
        /// Two clash on one port and protocol when their addresses are equal or one of them is every address.
        public boolean clashesWith(HostPort other) {
            return port == other.port
                    && protocol.equals(other.protocol)
                    && (address.equals(other.address) || address.equals("0.0.0.0") || other.address.equals("0.0.0.0"));
        }
    }

    public static PodInfo of(Pod pod) {
        return new PodInfo(
                pod,
                Resources.requestedBy(pod),
                scored(pod),
                ports(pod),
                pod.spec().affinity().podAntiAffinity().requiredDuringSchedulingIgnoredDuringExecution());
    }

    private static Resources scored(Pod pod) {
        Resources sum = Resources.NONE;
        for (Container container : pod.spec().containers()) {
            Resources asked = Resources.of(container.resources().requests());
            for (String name : ASSUMED.amounts().keySet())
                if (!asked.amounts().containsKey(name))
                    asked = asked.plus(new Resources(Map.of(name, ASSUMED.get(name))));
            sum = sum.plus(asked);
        }
        return sum;
    }

    private static List<HostPort> ports(Pod pod) {
        var ports = new ArrayList<HostPort>();
        for (Container container : pod.spec().containers()) addPorts(container, ports);
        for (Container container : pod.spec().initContainers())
            if (container.restartPolicy().equals("Always")) addPorts(container, ports);
        return List.copyOf(ports);
    }

    private static void addPorts(Container container, List<HostPort> ports) {
        for (var port : container.ports()) {
            if (port.hostPort() <= 0) continue;
            ports.add(new HostPort(
                    port.protocol().isEmpty() ? "TCP" : port.protocol(),
                    port.hostIP().isEmpty() ? "0.0.0.0" : port.hostIP(),
                    port.hostPort()));
        }
    }

    public String key() {
        return pod.namespace() + "/" + pod.name();
    }

    public int priority() {
        return pod.spec().priority();
    }

    public boolean isTerminating() {
        return pod.metadata().tree().has("deletionTimestamp");
    }
}
