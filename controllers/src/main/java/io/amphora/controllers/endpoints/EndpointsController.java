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
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Writes down the Pods behind each Service in one object, as was done before there were
/// EndpointSlices.
public final class EndpointsController implements Controller<Service> {
    private static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
    private static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";

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
        Subsets subsets = Subsets.of(service, pods);
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
}
