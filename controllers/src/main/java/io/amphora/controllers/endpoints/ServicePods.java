package io.amphora.controllers.endpoints;

import io.amphora.api.Views;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.ContainerPort;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.ServicePort;
import io.amphora.api.core.v1.Services;
import io.amphora.client.Target;
import io.amphora.controllers.Key;
import io.amphora.controllers.Seen;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What Services and their Pods have to do with each other.
final class ServicePods {
    static final String HEADLESS = "service.kubernetes.io/headless";
    static final String ZONE = "topology.kubernetes.io/zone";

    private ServicePods() {}

    static boolean selectsPods(Service service) {
        return !service.spec().selector().isEmpty() && !service.spec().type().equals("ExternalName");
    }

    static boolean isHeadless(Service service) {
        return service.spec().clusterIP().equals("None")
                || service.spec().clusterIP().isEmpty();
    }

    static LabelSelector selector(Service service) {
        return LabelSelector.ofLabels(service.spec().tree().object("selector"));
    }

    /// The Services that select a Pod.
    static List<Key> servicesOf(Pod pod, Seen seen) {
        return seen.list(Services.DEFINITION, pod.namespace()).stream()
                .filter(ServicePods::selectsPods)
                .filter(service ->
                        selector(service).matches(pod.tree().object("metadata").object("labels")))
                .map(service -> Key.of(Target.of(Services.DEFINITION), service))
                .toList();
    }

    /// The Services that have Pods on a node.
    static List<Key> servicesOn(Node node, Seen seen) {
        return seen.of(Pods.DEFINITION).by("spec.nodeName", node.name()).stream()
                .flatMap(pod -> servicesOf(pod, seen).stream())
                .distinct()
                .toList();
    }

    static boolean isSameZone(Node before, Node now) {
        return zone(before).equals(zone(now));
    }

    static String zone(Node node) {
        return node.metadata().labels().getOrDefault(ZONE, "");
    }

    /// Pods that a Service selects and that have an address, going ones included.
    static List<Pod> podsOf(Service service, Seen seen) {
        return seen.list(Pods.DEFINITION, service.namespace(), selector(service)).stream()
                .filter(pod -> !PodFacts.isFinished(pod) && !addresses(pod).isEmpty())
                .toList();
    }

    static List<String> addresses(Pod pod) {
        var addresses = new ArrayList<String>();
        for (Tree each : pod.status().tree().list("podIPs"))
            addresses.add(each.object().text("ip"));
        if (addresses.isEmpty() && !pod.status().podIP().isEmpty())
            addresses.add(pod.status().podIP());
        return addresses;
    }

    /// The port of a Pod that a Service's port means; a name is looked up in the Pod's containers.
    static Optional<Integer> findPort(Pod pod, ServicePort port) {
        return switch (port.targetPort()) {
            case Tree.Whole(long number) -> Optional.of((int) number);
            case Tree.Text(String name) -> {
                for (Container container : pod.spec().containers())
                    for (ContainerPort each : container.ports())
                        if (each.name().equals(name)
                                && protocol(each.protocol()).equals(protocol(port.protocol())))
                            yield Optional.of(each.containerPort());
                for (Container container : pod.spec().initContainers())
                    for (ContainerPort each : container.ports())
                        if (container.restartPolicy().equals("Always")
                                && each.name().equals(name)
                                && protocol(each.protocol()).equals(protocol(port.protocol())))
                            yield Optional.of(each.containerPort());
                yield Optional.empty();
            }
            default -> Optional.of(port.port());
        };
    }

    private static String protocol(String protocol) {
        return protocol.isEmpty() ? "TCP" : protocol;
    }

    /// The ports of a Service as a Pod serves them, in the Service's order.
    static List<ObjectTree> ports(Service service, Pod pod) {
        var ports = new ArrayList<ObjectTree>();
        for (ServicePort port : service.spec().ports()) {
            Optional<Integer> number = findPort(pod, port);
            if (number.isEmpty()) continue;
            ObjectTree made =
                    ObjectTree.of("name", port.name(), "port", number.get(), "protocol", protocol(port.protocol()));
            ports.add(port.appProtocol().isEmpty() ? made : made.with("appProtocol", port.appProtocol()));
        }
        return ports;
    }

    static ObjectTree reference(Pod pod) {
        return ObjectTree.of("kind", "Pod", "namespace", pod.namespace(), "name", pod.name(), "uid", pod.uid());
    }

    /// A Pod has a name of its own in DNS if it says so in its spec.
    static String hostname(Service service, Pod pod) {
        boolean named =
                !pod.spec().hostname().isEmpty() && pod.spec().subdomain().equals(service.name());
        return named ? pod.spec().hostname() : "";
    }

    /// When what is written last changed, for those who measure how long it takes to reach the nodes.
    static Tree triggerTime(Service service, List<Pod> pods) {
        Instant last = service.metadata().findCreationTimestamp().orElse(Instant.EPOCH);
        for (Pod pod : pods) {
            Instant ready = PodFacts.findCondition(pod, "Ready")
                    .flatMap(condition -> condition.findLastTransitionTime())
                    .orElse(Instant.EPOCH);
            if (ready.isAfter(last)) last = ready;
        }
        return Views.tree(last);
    }
}
