package io.amphora.api.core.v1;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/// What an update of a Service leaves open is kept, and what its new type has no use for goes, so that a manifest
/// without
/// addresses and ports can be applied again and again, and a type be changed by changing the type.
final class ServiceUpdates {
    private ServiceUpdates() {}

    static Service prepared(Service updated, Service stored) {
        ObjectTree old = stored.spec().tree();
        ObjectTree spec = keptAddresses(updated.spec().tree(), old);
        spec = keptPorts(spec, old);
        spec = agreeingAddresses(spec, old);
        spec = withoutUseless(spec, old);
        return Service.of(updated.tree().with("spec", spec));
    }

    /// `clusterIPs` of a new Service that names only the one address.
    static Service withPluralAddress(Service service) {
        ObjectTree spec = service.spec().tree();
        String address = spec.text("clusterIP");
        return address.isEmpty() || !spec.list("clusterIPs").isEmpty()
                ? service
                : Service.of(service.tree().with("spec", spec.with("clusterIPs", ListTree.of(Tree.of(address)))));
    }

    private static ObjectTree keptAddresses(ObjectTree spec, ObjectTree old) {
        ObjectTree tree = spec;
        if (!Services.needsClusterIp(ServiceSpec.of(old)) || !Services.needsClusterIp(ServiceSpec.of(spec)))
            return tree;
        if (tree.text("clusterIP").isEmpty() && !old.text("clusterIP").isEmpty())
            tree = tree.with("clusterIP", old.get("clusterIP"));
        if (tree.list("clusterIPs").isEmpty()
                && tree.get("clusterIP").equals(old.get("clusterIP"))
                && old.has("clusterIPs")) tree = tree.with("clusterIPs", old.get("clusterIPs"));
        for (String name : List.of("ipFamilies", "ipFamilyPolicy"))
            if (tree.get(name).isNull() && old.has(name)) tree = tree.with(name, old.get(name));
        return tree;
    }

    /// Ports of nodes are kept by the names of the ports.
    private static ObjectTree keptPorts(ObjectTree spec, ObjectTree old) {
        ServiceSpec now = ServiceSpec.of(spec);
        ServiceSpec before = ServiceSpec.of(old);
        ObjectTree tree = spec;
        if (Services.needsNodePorts(before) && Services.needsNodePorts(now)) {
            var taken = new HashSet<Integer>();
            for (ServicePort port : now.ports()) taken.add(port.nodePort());
            var byName = new HashMap<String, Integer>();
            for (ServicePort port : before.ports()) byName.put(port.name(), port.nodePort());
            tree = tree.with("ports", tree.list("ports").map(item -> {
                ObjectTree port = item.object();
                int known = byName.getOrDefault(port.text("name"), 0);
                return port.whole("nodePort") == 0 && known != 0 && taken.add(known)
                        ? port.with("nodePort", known)
                        : port;
            }));
        }
        if (Services.needsHealthCheck(before) && Services.needsHealthCheck(now) && now.healthCheckNodePort() == 0)
            tree = tree.with("healthCheckNodePort", before.healthCheckNodePort());
        return tree;
    }

    /// Whichever of `clusterIP` and `clusterIPs` the update changed alone, the other follows.
    private static ObjectTree agreeingAddresses(ObjectTree spec, ObjectTree old) {
        boolean sameSingle = spec.text("clusterIP").equals(old.text("clusterIP"));
        boolean samePlural = spec.list("clusterIPs").equals(old.list("clusterIPs"));
        if (!sameSingle && samePlural) {
            String address = spec.text("clusterIP");
            return address.isEmpty()
                    ? spec.without("clusterIPs")
                    : spec.with("clusterIPs", ListTree.of(Tree.of(address)));
        }
        if (sameSingle && !samePlural && spec.list("clusterIPs").isEmpty()) return spec.without("clusterIP");
        return spec;
    }

    private static ObjectTree withoutUseless(ObjectTree spec, ObjectTree old) {
        ServiceSpec now = ServiceSpec.of(spec);
        ServiceSpec before = ServiceSpec.of(old);
        var useless = new ArrayList<String>();
        if (Services.needsClusterIp(before) && !Services.needsClusterIp(now))
            useless.addAll(List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"));
        if (Services.needsHealthCheck(before) && !Services.needsHealthCheck(now)) useless.add("healthCheckNodePort");
        if (before.type().equals("LoadBalancer") && !now.type().equals("LoadBalancer"))
            useless.addAll(List.of("allocateLoadBalancerNodePorts", "loadBalancerClass"));
        if (Services.isExternal(before) && !Services.isExternal(now)) useless.add("externalTrafficPolicy");
        ObjectTree tree = spec;
        for (String name : useless) if (tree.get(name).equals(old.get(name))) tree = tree.without(name);
        boolean portsGo = Services.needsNodePorts(before) && !Services.needsNodePorts(now);
        if (portsGo && nodePorts(now).equals(nodePorts(before)))
            tree = tree.with(
                    "ports", tree.list("ports").map(port -> port.object().without("nodePort")));
        return tree;
    }

    private static List<Integer> nodePorts(ServiceSpec spec) {
        return spec.ports().stream().map(ServicePort::nodePort).sorted().toList();
    }
}
