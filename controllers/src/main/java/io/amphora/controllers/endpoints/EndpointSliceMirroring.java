package io.amphora.controllers.endpoints;

import io.amphora.api.core.v1.Endpoints;
import io.amphora.api.core.v1.EndpointsKind;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Copies Endpoints that somebody wrote by hand, for a Service without selector, into slices: those who read
/// slices
/// need read nothing else.
public final class EndpointSliceMirroring implements Controller<Endpoints> {
    private static final String MANAGER = "endpointslicemirroring-controller.k8s.io";
    private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
    private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";
    private static final int PER_SUBSET = 1000;

    @Override
    public String name() {
        return "endpointslice-mirroring-controller";
    }

    @Override
    public Watches<Endpoints> watches() {
        Target<Endpoints> endpoints = Target.of(EndpointsKind.DEFINITION);
        return Watches.of(EndpointsKind.DEFINITION)
                .on(Services.DEFINITION, (service, seen) -> List.of(Key.of(endpoints, service)))
                .on(
                        EndpointSlices.DEFINITION,
                        (slice, seen) -> isOurs(slice)
                                ? List.of(
                                        new Key(endpoints, slice.namespace(), EndpointSliceController.serviceOf(slice)))
                                : List.of(),
                        EndpointSliceController.byService());
    }

    private static boolean isOurs(EndpointSlice slice) {
        return MANAGER.equals(slice.metadata().labels().get(Slices.MANAGED_BY));
    }

    @Override
    public Plan plan(Endpoints endpoints, Seen seen, Instant now) {
        Optional<Service> service = seen.find(Services.DEFINITION, endpoints.namespace(), endpoints.name());
        boolean mirrored =
                service.filter(each -> each.spec().selector().isEmpty()).isPresent()
                        && !"true".equals(endpoints.metadata().labels().get(SKIP))
                        && !endpoints.metadata().annotations().containsKey(LEADER);
        List<EndpointSlice> existing = existing(endpoints.namespace(), endpoints.name(), seen);
        if (!mirrored) return deleteAll(existing);
        var slices = new Slices(endpoints, labels(endpoints), annotations(endpoints));
        return Plan.together(slices.reconcile(existing, wanted(endpoints), List.of()));
    }

    @Override
    public Plan planWithout(Key gone, Seen seen, Instant now) {
        return deleteAll(existing(gone.namespace(), gone.name(), seen));
    }

    private static Plan deleteAll(List<EndpointSlice> slices) {
        return Plan.together(slices.stream()
                .map(slice -> Action.delete(EndpointSlices.DEFINITION, slice))
                .toList());
    }

    private static List<EndpointSlice> existing(String namespace, String name, Seen seen) {
        return seen.of(EndpointSlices.DEFINITION).by("service", namespace + "/" + name).stream()
                .filter(EndpointSliceMirroring::isOurs)
                .toList();
    }

    private static ObjectTree labels(Endpoints endpoints) {
        return endpoints
                .tree()
                .object("metadata")
                .object("labels")
                .with(Slices.SERVICE_NAME, endpoints.name())
                .with(Slices.MANAGED_BY, MANAGER);
    }

    private static ObjectTree annotations(Endpoints endpoints) {
        return endpoints
                .tree()
                .object("metadata")
                .object("annotations")
                .without(Slices.TRIGGER_TIME)
                .without("endpoints.kubernetes.io/over-capacity")
                .without("kubectl.kubernetes.io/last-applied-configuration");
    }

    private static Map<Slices.Group, List<ObjectTree>> wanted(Endpoints endpoints) {
        var wanted = new LinkedHashMap<Slices.Group, List<ObjectTree>>();
        for (Tree each : endpoints.tree().list("subsets")) {
            ObjectTree subset = each.object();
            Tree ports = ports(subset.list("ports"));
            int room = PER_SUBSET;
            for (boolean ready : new boolean[] {true, false}) {
                for (Tree address : subset.list(ready ? "addresses" : "notReadyAddresses")) {
                    if (room-- <= 0) break;
                    String family = address.object().text("ip").contains(":") ? "IPv6" : "IPv4";
                    wanted.computeIfAbsent(new Slices.Group(family, ports), ignored -> new ArrayList<>())
                            .add(endpoint(address.object(), ready));
                }
            }
        }
        return wanted;
    }

    private static Tree ports(ListTree ports) {
        if (ports.isEmpty()) return Tree.NULL;
        return ports.map(
                port -> port.object().has("name") ? port : port.object().with("name", ""));
    }

    private static ObjectTree endpoint(ObjectTree address, boolean ready) {
        ObjectTree endpoint =
                ObjectTree.of("addresses", List.of(address.text("ip")), "conditions", ObjectTree.of("ready", ready));
        for (String kept : List.of("hostname", "nodeName", "targetRef"))
            if (address.has(kept)) endpoint = endpoint.with(kept, address.get(kept));
        return endpoint;
    }
}
