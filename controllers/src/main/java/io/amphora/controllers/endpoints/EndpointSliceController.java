package io.amphora.controllers.endpoints;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.client.Index;
import io.amphora.client.Target;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes down the Pods behind each Service, 100 to a slice, one set of ports and one IP family per slice
/// (KEP-752).
public final class EndpointSliceController implements Controller<Service> {
    private static final String MANAGER = "endpointslice-controller.k8s.io";

    @Override
    public String name() {
        return "endpointslice-controller";
    }

    @Override
    public Watches<Service> watches() {
        return Watches.of(Services.DEFINITION)
                .on(Pods.DEFINITION, ServicePods::servicesOf, Index.byField("spec", "nodeName"))
                .onlyOn(
                        Nodes.DEFINITION,
                        (before, now) -> !ServicePods.isSameZone(before, now),
                        ServicePods::servicesOn)
                .on(
                        EndpointSlices.DEFINITION,
                        (slice, seen) -> isOurs(slice)
                                ? List.of(new Key(Target.of(Services.DEFINITION), slice.namespace(), serviceOf(slice)))
                                : List.of(),
                        byService());
    }

    static Index<EndpointSlice> byService() {
        return new Index<>("service", slice -> List.of(slice.namespace() + "/" + serviceOf(slice)));
    }

    static String serviceOf(EndpointSlice slice) {
        return slice.metadata().labels().getOrDefault(Slices.SERVICE_NAME, "");
    }

    private static boolean isOurs(EndpointSlice slice) {
        return MANAGER.equals(slice.metadata().labels().get(Slices.MANAGED_BY));
    }

    @Override
    public Plan plan(Service service, Seen seen, Instant now) {
        if (!ServicePods.selectsPods(service)
                || service.metadata().findDeletionTimestamp().isPresent()) return Plan.NOTHING;
        List<Pod> pods = ServicePods.podsOf(service, seen);
        var wanted = new LinkedHashMap<Slices.Group, List<ObjectTree>>();
        var placeholders = new ArrayList<Slices.Group>();
        for (String family : families(service)) {
            placeholders.add(new Slices.Group(family, Tree.NULL));
            for (Pod pod : pods) add(wanted, service, pod, family, seen);
        }
        List<EndpointSlice> existing =
                seen.of(EndpointSlices.DEFINITION).by("service", service.namespace() + "/" + service.name()).stream()
                        .filter(EndpointSliceController::isOurs)
                        .filter(slice ->
                                slice.metadata().findDeletionTimestamp().isEmpty())
                        .toList();
        var annotations = ObjectTree.of(Slices.TRIGGER_TIME, ServicePods.triggerTime(service, pods));
        return Plan.together(
                new Slices(service, labels(service), annotations).reconcile(existing, wanted, placeholders));
    }

    private static List<String> families(Service service) {
        return service.spec().ipFamilies().isEmpty()
                ? List.of(service.spec().clusterIP().contains(":") ? "IPv6" : "IPv4")
                : service.spec().ipFamilies();
    }

    private static ObjectTree labels(Service service) {
        ObjectTree labels = service.tree().object("metadata").object("labels").without(ServicePods.HEADLESS);
        if (ServicePods.isHeadless(service)) labels = labels.with(ServicePods.HEADLESS, "");
        return labels.with(Slices.SERVICE_NAME, service.name()).with(Slices.MANAGED_BY, MANAGER);
    }

    private static void add(
            Map<Slices.Group, List<ObjectTree>> wanted, Service service, Pod pod, String family, Seen seen) {
        List<String> addresses = ServicePods.addresses(pod).stream()
                .filter(address -> address.contains(":") == family.equals("IPv6"))
                .toList();
        Optional<Node> node = seen.find(Nodes.DEFINITION, "", pod.spec().nodeName());
        boolean published = node.isPresent() || service.spec().publishNotReadyAddresses();
        if (addresses.isEmpty() || !published) return;
        var group = new Slices.Group(family, portsTree(ServicePods.ports(service, pod)));
        wanted.computeIfAbsent(group, ignored -> new ArrayList<>()).add(endpoint(service, pod, addresses, node));
    }

    private static Tree portsTree(List<ObjectTree> ports) {
        return ports.isEmpty() ? Tree.NULL : ListTree.from(ports);
    }

    private static ObjectTree endpoint(Service service, Pod pod, List<String> addresses, Optional<Node> node) {
        boolean serving = PodFacts.isReady(pod);
        boolean terminating = PodFacts.isTerminating(pod);
        boolean ready = service.spec().publishNotReadyAddresses() || serving && !terminating;
        var endpoint = ObjectTree.builder()
                .put("addresses", ListTree.from(addresses))
                .put("conditions", ObjectTree.of("ready", ready, "serving", serving, "terminating", terminating))
                .put("targetRef", ServicePods.reference(pod));
        if (!pod.spec().nodeName().isEmpty())
            endpoint.put("nodeName", pod.spec().nodeName());
        String hostname = ServicePods.hostname(service, pod);
        if (!hostname.isEmpty()) endpoint.put("hostname", hostname);
        String zone = node.map(ServicePods::zone).orElse("");
        if (!zone.isEmpty()) endpoint.put("zone", zone);
        ObjectTree hints = hints(service, pod, zone);
        if (ready && !hints.isEmpty()) endpoint.put("hints", hints);
        return endpoint.build();
    }

    /// Where traffic should rather come from (KEP-4444, KEP-3015).
    private static ObjectTree hints(Service service, Pod pod, String zone) {
        ObjectTree zones =
                zone.isEmpty() ? ObjectTree.EMPTY : ObjectTree.of("forZones", ListTree.of(ObjectTree.of("name", zone)));
        return switch (service.spec().trafficDistribution()) {
            case "PreferClose", "PreferSameZone" -> zones;
            case "PreferSameNode" ->
                zones.with(
                        "forNodes", ListTree.of(ObjectTree.of("name", pod.spec().nodeName())));
            default -> ObjectTree.EMPTY;
        };
    }
}
