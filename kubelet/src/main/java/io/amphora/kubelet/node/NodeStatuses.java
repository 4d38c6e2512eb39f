package io.amphora.kubelet.node;

import io.amphora.api.core.v1.ContainerImage;
import io.amphora.api.core.v1.DaemonEndpoint;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.NodeAddress;
import io.amphora.api.core.v1.NodeCondition;
import io.amphora.api.core.v1.NodeDaemonEndpoints;
import io.amphora.api.core.v1.NodeStatus;
import io.amphora.api.core.v1.NodeSystemInfo;
import io.amphora.api.validation.ResourceNames;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.runtime.ContainerRuntime.Condition;
import io.amphora.runtime.ContainerRuntime.Version;
import io.amphora.runtime.Image;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A Node's status: a pure function of the machine and its runtime.
public final class NodeStatuses {
    /// So many images are told, the largest: the scheduler prefers nodes that have a Pod's images.
    private static final int IMAGES = 50;

    private static final int NAMES_OF_AN_IMAGE = 5;

    private NodeStatuses() {}

    /// What is seen of the node.
    ///
    /// @param problem why containers can't run here; "" when they can
    /// @param kubeletPort 0 for none
    public record Seen(
            Machine machine,
            Map<String, String> capacity,
            List<String> addresses,
            int kubeletPort,
            String kubeletVersion,
            Version runtime,
            List<Image> images,
            String problem) {}

    public static NodeStatus of(Node node, Seen seen, Instant now) {
        var capacity = capacity(node, seen);
        var status = node.status()
                .withCapacity(capacity)
                .withAllocatable(capacity)
                .withAddresses(addresses(node.name(), seen.addresses()))
                .withNodeInfo(info(seen))
                .withImages(images(seen.images()))
                .withConditions(conditions(node, seen.problem(), now.truncatedTo(ChronoUnit.SECONDS)));
        if (seen.kubeletPort() == 0) return status;
        var endpoint = DaemonEndpoint.of(DaemonEndpoint.EMPTY.tree().with("Port", seen.kubeletPort()));
        return status.withDaemonEndpoints(NodeDaemonEndpoints.EMPTY.withKubeletEndpoint(endpoint));
    }

    /// What the machine has, and the extended resources that somebody advertised on the Node.
    private static Map<String, String> capacity(Node node, Seen seen) {
        var capacity = new TreeMap<>(node.status().capacity());
        capacity.keySet().removeIf(name -> !ResourceNames.isExtended(name));
        capacity.putAll(seen.capacity());
        return capacity;
    }

    /// A strategic merge patch that says all of a status, and leaves alone the conditions that others keep. The
    /// addresses
    /// are replaced: one that the node no longer has must go.
    static ObjectTree patch(NodeStatus status) {
        ListTree addresses = status.tree().list("addresses").plus(ObjectTree.of("$patch", "replace"));
        return ObjectTree.of("status", status.tree().with("addresses", addresses));
    }

    private static NodeSystemInfo info(Seen seen) {
        var machine = seen.machine();
        return NodeSystemInfo.EMPTY
                .withMachineID(machine.machineId())
                .withSystemUUID(machine.systemUuid())
                .withBootID(machine.bootId())
                .withKernelVersion(machine.kernel())
                .withOsImage(machine.osImage())
                .withContainerRuntimeVersion(
                        seen.runtime().name() + "://" + seen.runtime().version())
                .withKubeletVersion(seen.kubeletVersion())
                .withKubeProxyVersion("")
                .withOperatingSystem("linux")
                .withArchitecture(machine.architecture());
    }

    private static List<NodeAddress> addresses(String name, List<String> ips) {
        var addresses = new ArrayList<NodeAddress>();
        for (String ip : ips)
            addresses.add(NodeAddress.EMPTY.withType("InternalIP").withAddress(ip));
        addresses.add(NodeAddress.EMPTY.withType("Hostname").withAddress(name));
        return addresses;
    }

    private static List<ContainerImage> images(List<Image> images) {
        return images.stream()
                .sorted(Comparator.comparingLong(Image::size).reversed().thenComparing(Image::id))
                .limit(IMAGES)
                .map(image -> ContainerImage.EMPTY
                        .withNames(Stream.concat(image.digests().stream(), image.tags().stream())
                                .limit(NAMES_OF_AN_IMAGE)
                                .toList())
                        .withSizeBytes(image.size()))
                .toList();
    }

    private static List<NodeCondition> conditions(Node node, String problem, Instant now) {
        var own = new ArrayList<NodeCondition>();
        own.add(condition(
                node,
                "MemoryPressure",
                false,
                "KubeletHasSufficientMemory",
                "kubelet has sufficient memory available",
                now));
        own.add(condition(
                node, "DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure", now));
        own.add(condition(
                node, "PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available", now));
        own.add(
                problem.isEmpty()
                        ? condition(node, "Ready", true, "KubeletReady", "kubelet is posting ready status", now)
                        : condition(node, "Ready", false, "KubeletNotReady", problem, now));
        var names = own.stream().map(NodeCondition::type).toList();
        for (var other : node.status().conditions()) if (!names.contains(other.type())) own.add(other);
        return own;
    }

    private static NodeCondition condition(
            Node node, String type, boolean holds, String reason, String message, Instant now) {
        String value = holds ? "True" : "False";
        Optional<NodeCondition> before = node.status().conditions().stream()
                .filter(one -> one.type().equals(type))
                .findFirst();
        var since = before.filter(one -> one.status().equals(value))
                .flatMap(NodeCondition::findLastTransitionTime)
                .orElse(now);
        return NodeCondition.EMPTY
                .withType(type)
                .withStatus(value)
                .withLastHeartbeatTime(now)
                .withLastTransitionTime(since)
                .withReason(reason)
                .withMessage(message);
    }

    /// Why no containers can run, as the Ready condition says it; "" when they can.
    public static String problem(List<Condition> runtime) {
        var problems = new ArrayList<String>();
        for (var condition : runtime) {
            if (condition.status()) continue;
            String what = condition.type().equals("NetworkReady")
                    ? "container runtime network not ready"
                    : "container runtime not ready";
            problems.add("%s: %s=false reason:%s message:%s"
                    .formatted(what, condition.type(), condition.reason(), condition.message()));
        }
        return String.join(", ", problems);
    }

    /// Whether two statuses say the same, the time of the heartbeat aside.
    static boolean same(NodeStatus one, NodeStatus other) {
        return withoutHeartbeat(one).equals(withoutHeartbeat(other));
    }

    private static NodeStatus withoutHeartbeat(NodeStatus status) {
        return status.withConditions(status.conditions().stream()
                .map(NodeCondition::withoutLastHeartbeatTime)
                .toList());
    }
}
