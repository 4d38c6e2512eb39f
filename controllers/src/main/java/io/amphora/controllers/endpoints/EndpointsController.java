package io.amphora.controllers.endpoints;

import io.amphora.api.core.v1.Endpoints;
import io.amphora.api.core.v1.EndpointsKind;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.Services;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Writes down the Pods behind each Service in one object, as was done before there were EndpointSlices.
public final class EndpointsController implements Controller<Service> {
    private static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
    private static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
    private static final int CAPACITY = 1000;

    private static final Comparator<ObjectTree> BY_ADDRESS = Comparator.<ObjectTree, String>comparing(
                    each -> each.text("ip"))
            .thenComparing(each -> each.object("targetRef").text("uid"));

    @Override
    public String name() {
        return "endpoints-controller";
    }

    @Override
    public String component() {
        return "endpoint-controller";
    }

    @Override
    public Watches<Service> watches() {
        return Watches.of(Services.DEFINITION)
                .on(Pods.DEFINITION, ServicePods::servicesOf)
                .on(
                        EndpointsKind.DEFINITION,
                        (endpoints, seen) -> List.of(
                                new Key(Target.of(Services.DEFINITION), endpoints.namespace(), endpoints.name())));
    }

    @Override
    public Plan plan(Service service, Seen seen, Instant now) {
        if (!ServicePods.selectsPods(service)) return Plan.NOTHING;
        List<Pod> pods = ServicePods.podsOf(service, seen).stream()
                .filter(pod -> service.spec().publishNotReadyAddresses() || !PodFacts.isTerminating(pod))
                .toList();
        Subsets subsets = subsets(service, pods);
        Optional<Endpoints> existing = seen.find(EndpointsKind.DEFINITION, service.namespace(), service.name());
        ObjectTree before = existing.map(Endpoints::tree).orElse(Endpoints.EMPTY.tree());
        ObjectTree made = endpoints(before, service, subsets);
        if (existing.isPresent() && made.equals(before)) return Plan.NOTHING;
        ObjectTree timed =
                made.withAt(ServicePods.triggerTime(service, pods), "metadata", "annotations", Slices.TRIGGER_TIME);
        return Plan.of(
                existing.isPresent()
                        ? Action.update(EndpointsKind.DEFINITION, Endpoints.of(timed))
                        : Action.create(EndpointsKind.DEFINITION, Endpoints.of(timed)));
    }

    /// A Service is gone, and so are its Endpoints.
    @Override
    public Plan planWithout(Key gone, Seen seen, Instant now) {
        return seen.find(EndpointsKind.DEFINITION, gone.namespace(), gone.name())
                .filter(endpoints -> endpoints.metadata().labels().containsKey(MANAGED_BY))
                .map(endpoints -> Plan.of(Action.delete(EndpointsKind.DEFINITION, endpoints)))
                .orElse(Plan.NOTHING);
    }

    private static ObjectTree endpoints(ObjectTree before, Service service, Subsets subsets) {
        ObjectTree labels = service.tree().object("metadata").object("labels").without(ServicePods.HEADLESS);
        if (ServicePods.isHeadless(service)) labels = labels.with(ServicePods.HEADLESS, "");
        labels = labels.with(MANAGED_BY, "endpoint-controller");
        ObjectTree annotations = before.object("metadata").object("annotations").without(OVER_CAPACITY);
        if (subsets.truncated()) annotations = annotations.with(OVER_CAPACITY, "truncated");
        ObjectTree metadata = before.object("metadata")
                .with("name", service.name())
                .with("namespace", service.namespace())
                .with("labels", labels);
        metadata = annotations.isEmpty() ? metadata.without("annotations") : metadata.with("annotations", annotations);
        ObjectTree made = before.with("metadata", metadata);
        return subsets.list().isEmpty() ? made.without("subsets") : made.with("subsets", subsets.list());
    }

    private record Subsets(ListTree list, boolean truncated) {}

    private record Sides(List<ObjectTree> ready, List<ObjectTree> notReady) {}

    /// Addresses that serve the same ports form a subset, in an order that does not depend on that of the Pods.
    private static Subsets subsets(Service service, List<Pod> pods) {
        var byPorts = new TreeMap<String, Sides>();
        var ports = new LinkedHashMap<String, ListTree>();
        int count = 0;
        for (Pod pod : pods) {
            List<ObjectTree> served = ServicePods.ports(service, pod);
            boolean portless = service.spec().ports().isEmpty() && ServicePods.isHeadless(service);
            Optional<ObjectTree> address = address(service, pod);
            if (served.isEmpty() && !portless || address.isEmpty()) continue;
            if (++count > CAPACITY) return new Subsets(list(byPorts, ports), true);
            var ordered = new ArrayList<>(served);
            ordered.sort(Comparator.comparing(each -> each.text("name")));
            ListTree list = ListTree.from(ordered);
            ports.put(list.toString(), list);
            Sides sides = byPorts.computeIfAbsent(
                    list.toString(), ignored -> new Sides(new ArrayList<>(), new ArrayList<>()));
            boolean ready = service.spec().publishNotReadyAddresses() || PodFacts.isReady(pod);
            (ready ? sides.ready() : sides.notReady()).add(address.get());
        }
        return new Subsets(list(byPorts, ports), false);
    }

    private static ListTree list(Map<String, Sides> byPorts, Map<String, ListTree> ports) {
        var subsets = new ArrayList<ObjectTree>();
        byPorts.forEach((key, sides) -> {
            var subset = ObjectTree.builder();
            sides.ready().sort(BY_ADDRESS);
            sides.notReady().sort(BY_ADDRESS);
            if (!sides.ready().isEmpty()) subset.put("addresses", ListTree.from(sides.ready()));
            if (!sides.notReady().isEmpty()) subset.put("notReadyAddresses", ListTree.from(sides.notReady()));
            ListTree list = ports.getOrDefault(key, ListTree.EMPTY);
            if (!list.isEmpty()) subset.put("ports", list);
            subsets.add(subset.build());
        });
        return ListTree.from(subsets);
    }

    /// Of the Service's first family.
    private static Optional<ObjectTree> address(Service service, Pod pod) {
        boolean six = service.spec().ipFamilies().isEmpty()
                ? service.spec().clusterIP().contains(":")
                : service.spec().ipFamilies().getFirst().equals("IPv6");
        return ServicePods.addresses(pod).stream()
                .filter(ip -> ip.contains(":") == six)
                .findFirst()
                .map(ip -> {
                    var address = ObjectTree.builder().put("ip", ip).put("targetRef", ServicePods.reference(pod));
                    if (!pod.spec().nodeName().isEmpty())
                        address.put("nodeName", pod.spec().nodeName());
                    String hostname = ServicePods.hostname(service, pod);
                    if (!hostname.isEmpty()) address.put("hostname", hostname);
                    return address.build();
                });
    }
}
