package io.amphora.controllers.network;

import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.Services;
import io.amphora.api.networking.v1.IPAddress;
import io.amphora.api.networking.v1.IPAddressSpec;
import io.amphora.api.networking.v1.IPAddresses;
import io.amphora.api.networking.v1.ParentReference;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Shows each address of a Service as an IPAddress that refers to it (KEP-1880). The addresses themselves are given out
/// by the API server, which makes these objects in Kubernetes.
public final class ServiceAddresses implements Controller<Service> {
    private static final String FAMILY = "ipaddress.kubernetes.io/ip-family";
    private static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
    private static final String ALLOCATOR = "ipallocator.k8s.io";

    @Override
    public String name() {
        return "service-ipaddress-controller";
    }

    @Override
    public Watches<Service> watches() {
        Target<Service> services = Target.of(Services.DEFINITION);
        return Watches.of(Services.DEFINITION)
                .on(
                        IPAddresses.DEFINITION,
                        (address, seen) -> isOurs(address)
                                ? List.of(new Key(
                                        services,
                                        address.spec().parentRef().namespace(),
                                        address.spec().parentRef().name()))
                                : List.of());
    }

    @Override
    public Plan plan(Service service, Seen seen, Instant now) {
        var missing = new HashSet<>(addresses(service));
        var actions = new ArrayList<Action>();
        for (IPAddress address : held(seen, service.namespace(), service.name()))
            if (!missing.remove(address.name())) actions.add(Action.delete(IPAddresses.DEFINITION, address));
        for (String address : missing)
            if (seen.find(IPAddresses.DEFINITION, "", address).isEmpty())
                actions.add(Action.create(IPAddresses.DEFINITION, of(address, service)));
        return Plan.of(actions);
    }

    @Override
    public Plan planWithout(Key gone, Seen seen, Instant now) {
        return Plan.of(held(seen, gone.namespace(), gone.name()).stream()
                .map(address -> Action.delete(IPAddresses.DEFINITION, address))
                .toList());
    }

    private static Set<String> addresses(Service service) {
        var addresses = new HashSet<String>();
        if (service.spec().type().equals("ExternalName")) return addresses;
        for (String address : service.spec().clusterIPs()) {
            IpAddress parsed = IpAddress.parse(address);
            if (parsed != null) addresses.add(parsed.toString());
        }
        return addresses;
    }

    private static List<IPAddress> held(Seen seen, String namespace, String name) {
        return seen.of(IPAddresses.DEFINITION).list().stream()
                .filter(ServiceAddresses::isOurs)
                .filter(address -> address.spec().parentRef().namespace().equals(namespace)
                        && address.spec().parentRef().name().equals(name))
                .toList();
    }

    private static boolean isOurs(IPAddress address) {
        return address.spec().parentRef().resource().equals("services")
                && ALLOCATOR.equals(address.metadata().labels().get(MANAGED_BY));
    }

    private static IPAddress of(String address, Service service) {
        var parent = ParentReference.EMPTY
                .withResource("services")
                .withNamespace(service.namespace())
                .withName(service.name());
        IPAddress made = IPAddress.of(ObjectTree.of("apiVersion", "networking.k8s.io/v1", "kind", "IPAddress"));
        return made.withMetadata(made.metadata()
                        .withName(address)
                        .withLabels(Map.of(FAMILY, address.contains(":") ? "IPv6" : "IPv4", MANAGED_BY, ALLOCATOR)))
                .withSpec(IPAddressSpec.EMPTY.withParentRef(parent));
    }
}
