package io.amphora.apiserver.allocation;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.ServicePort;
import io.amphora.api.core.v1.ServiceSpec;
import io.amphora.api.core.v1.Services;
import io.amphora.apiserver.registry.Reserver;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Gives Services their addresses in the cluster and their ports on the nodes. What is taken
/// follows from the Services that there are, so a restart finds it again.
public final class ServiceReserver implements Reserver {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private final AddressPlan addresses;
    private final PortRange ports;

    public ServiceReserver(Snapshot cluster, String cidr, int lowestPort, int highestPort, Randomness random) {
        this.addresses = new AddressPlan(cidr, random);
        this.ports = new PortRange(lowestPort, highestPort, random);
        cluster.list(Services.DEFINITION, "").forEach((key, stored) -> {
            Holding held = Holding.of(Service.of(stored.tree()));
            held.addresses.forEach(addresses::take);
            held.ports.stream().filter(ports::contains).forEach(ports::take);
        });
    }

    /// The address of the API server's own Service: the first.
    public String firstAddress() {
        return addresses.first().toString();
    }

    @Override
    public synchronized Reservation reserve(
            Snapshot cluster, Optional<ObjectTree> old, ObjectTree updated, boolean dryRun) {
        Holding before = old.map(tree -> Holding.of(Service.of(tree))).orElse(Holding.NOTHING);
        var taken = new Holding(new HashSet<>(), new HashSet<>());
        var errors = new FieldErrors();
        Service service = IpFamilies.filled(Service.of(updated), errors);
        if (errors.isEmpty()) service = withAddress(cluster, service, before, taken, errors);
        if (errors.isEmpty()) service = withPorts(service, before, taken, errors);
        if (errors.isEmpty()) service = withHealthCheckPort(service, before, taken, errors);
        if (!errors.isEmpty()) {
            release(taken);
            throw ApiException.invalid(Services.DEFINITION.gvk(), service.name(), errors.list());
        }
        if (dryRun) {
            release(taken);
            return Reservation.none(service.tree());
        }
        Holding useless = before.without(Holding.of(service));
        return new Reservation(service.tree(), () -> release(taken), () -> release(useless));
    }

    @Override
    public void released(ObjectTree object) {
        release(Holding.of(Service.of(object)));
    }

    private synchronized void release(Holding held) {
        held.addresses.forEach(addresses::release);
        held.ports.forEach(ports::release);
    }

    private Service withAddress(Snapshot cluster, Service service, Holding before, Holding taken, FieldErrors errors) {
        ServiceSpec spec = service.spec();
        if (!Services.needsClusterIp(spec) || Services.isHeadless(spec)) return service;
        String asked = spec.clusterIPs().isEmpty()
                ? spec.clusterIP()
                : spec.clusterIPs().getFirst();
        if (asked.isEmpty()) {
            IpAddress any = addresses.takeAny(cluster);
            if (any == null) {
                errors.internal(SPEC.child("clusterIPs"), "failed to allocate a serviceIP: range is full");
                return service;
            }
            taken.addresses.add(any);
            ObjectTree given = spec.tree()
                    .with("clusterIP", any.toString())
                    .with("clusterIPs", ListTree.of(Tree.of(any.toString())));
            return Service.of(service.tree().with("spec", given));
        }
        IpAddress address = IpAddress.parse(asked);
        if (address == null || before.addresses.contains(address)) return service;
        String why = "";
        if (!addresses.contains(cluster, address)) why = "the provided network does not match the current range";
        else if (!addresses.isClaimed(cluster, address) && addresses.take(address)) taken.addresses.add(address);
        else why = "provided IP is already allocated";
        if (!why.isEmpty())
            errors.invalid(
                    SPEC.child("clusterIPs"),
                    ListTree.of(Tree.of(asked)),
                    "failed to allocate IP " + asked + ": " + why);
        return service;
    }

    /// Ports of different protocols may share a number, within one Service.
    private Service withPorts(Service service, Holding before, Holding taken, FieldErrors errors) {
        if (!Services.needsNodePorts(service.spec())) return service;
        var given = new ArrayList<Tree>();
        for (int i = 0; i < service.spec().ports().size(); i++) {
            ServicePort port = service.spec().ports().get(i);
            FieldPath field = SPEC.child("ports").index(i).child("nodePort");
            int number = port.nodePort() == 0 ? shared(port, given) : port.nodePort();
            if (number == 0) number = anyPort(field, taken, errors);
            else if (!before.ports.contains(number) && !taken.ports.contains(number))
                takePort(field, number, taken, errors);
            given.add(number == 0 ? port.tree() : port.withNodePort(number).tree());
        }
        return Service.of(service.tree().with("spec", service.spec().tree().with("ports", new ListTree(given))));
    }

    /// The number that an earlier port of the same Service number, but of another protocol,
    /// was given; 0 for none.
    private static int shared(ServicePort port, List<Tree> given) {
        for (Tree each : given) {
            ServicePort other = ServicePort.of(each.object());
            if (other.port() == port.port() && !other.protocol().equals(port.protocol())) return other.nodePort();
        }
        return 0;
    }

    private Service withHealthCheckPort(Service service, Holding before, Holding taken, FieldErrors errors) {
        ServiceSpec spec = service.spec();
        if (!Services.needsHealthCheck(spec)) return service;
        FieldPath field = SPEC.child("healthCheckNodePort");
        int number = spec.healthCheckNodePort();
        if (number == 0) number = anyPort(field, taken, errors);
        else if (!before.ports.contains(number)) takePort(field, number, taken, errors);
        return Service.of(service.tree().with("spec", spec.tree().with("healthCheckNodePort", number)));
    }

    private int anyPort(FieldPath field, Holding taken, FieldErrors errors) {
        OptionalInt any = ports.takeAny();
        if (any.isEmpty()) errors.internal(field, "failed to allocate a nodePort: range is full");
        else taken.ports.add(any.getAsInt());
        return any.orElse(0);
    }

    private void takePort(FieldPath field, int number, Holding taken, FieldErrors errors) {
        if (!ports.contains(number))
            errors.invalid(
                    field, number, "provided port is not in the valid range. The range of valid ports is " + ports);
        else if (ports.take(number)) taken.ports.add(number);
        else errors.invalid(field, number, "provided port is already allocated");
    }

    /// What a Service has that no other may have.
    private record Holding(Set<IpAddress> addresses, Set<Integer> ports) {
        static final Holding NOTHING = new Holding(Set.of(), Set.of());

        static Holding of(Service service) {
            var addresses = new HashSet<IpAddress>();
            for (String each : service.spec().clusterIPs()) {
                IpAddress address = IpAddress.parse(each);
                if (address != null) addresses.add(address);
            }
            var ports = new HashSet<Integer>();
            for (ServicePort port : service.spec().ports()) if (port.nodePort() != 0) ports.add(port.nodePort());
            if (service.spec().healthCheckNodePort() != 0)
                ports.add(service.spec().healthCheckNodePort());
            return new Holding(addresses, ports);
        }

        Holding without(Holding other) {
            var fewerAddresses = new HashSet<>(addresses);
            fewerAddresses.removeAll(other.addresses);
            var fewerPorts = new HashSet<>(ports);
            fewerPorts.removeAll(other.ports);
            return new Holding(fewerAddresses, fewerPorts);
        }
    }
}
