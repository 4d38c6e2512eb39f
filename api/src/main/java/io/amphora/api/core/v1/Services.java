package io.amphora.api.core.v1;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.Strategy;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// One name and address for a set of Pods. Addresses and ports of nodes are given out by the API server.
public final class Services {
    public static final ResourceDefinition<Service> DEFINITION = ResourceDefinition.of("v1", "Service", Service::of)
            .shortNames("svc")
            .categories("all")
            .namespaced()
            .subresources("proxy", "status")
            .strategy(new Rules())
            .columns(Columns.<Service>builder()
                    .name()
                    .text(
                            "Type",
                            "Where it can be reached from.",
                            service -> service.spec().type())
                    .text("Cluster-IP", "Its address in the cluster.", Services::addressCell)
                    .text("External-IP", "Where it is reached from outside.", Services::externalCell)
                    .text("Port(s)", "Its ports, with those of the nodes.", Services::portsCell)
                    .age()
                    .wide(
                            "Selector",
                            "The labels of its Pods.",
                            service -> Cells.labels(service.spec().selector()))
                    .build())
            .build();

    private Services() {}

    private static String addressCell(Service service) {
        var addresses = service.spec().clusterIPs();
        return addresses.isEmpty() ? Cells.orNone(service.spec().clusterIP()) : addresses.getFirst();
    }

    private static String externalCell(Service service) {
        ServiceSpec spec = service.spec();
        String external = String.join(",", spec.externalIPs());
        return switch (spec.type()) {
            case "ClusterIP", "NodePort" -> Cells.orNone(external);
            case "LoadBalancer" -> {
                var ingress = new TreeSet<String>();
                for (LoadBalancerIngress each : service.status().loadBalancer().ingress())
                    ingress.add(each.ip().isEmpty() ? each.hostname() : each.ip());
                var all = new ArrayList<>(ingress);
                all.addAll(spec.externalIPs());
                yield Cells.or(String.join(",", all), "<pending>");
            }
            case "ExternalName" -> spec.externalName();
            default -> Cells.UNKNOWN;
        };
    }

    private static String portsCell(Service service) {
        return Cells.orNone(service.spec().ports().stream()
                .map(port -> port.port() + (port.nodePort() > 0 ? ":" + port.nodePort() : "") + "/" + port.protocol())
                .collect(Collectors.joining(",")));
    }

    // What a type means
    // ---------------------------------------------------------------------------------------------------

    public static boolean isHeadless(ServiceSpec spec) {
        return spec.clusterIPs().size() == 1 && spec.clusterIPs().getFirst().equals("None");
    }

    public static boolean needsClusterIp(ServiceSpec spec) {
        return !spec.type().equals("ExternalName");
    }

    /// Whether its ports are open on every node.
    public static boolean needsNodePorts(ServiceSpec spec) {
        return spec.type().equals("NodePort")
                || spec.type().equals("LoadBalancer")
                        && spec.findAllocateLoadBalancerNodePorts().orElse(true);
    }

    /// Whether load balancers have to find out which nodes have Pods of it.
    public static boolean needsHealthCheck(ServiceSpec spec) {
        return spec.type().equals("LoadBalancer")
                && spec.externalTrafficPolicy().equals("Local");
    }

    /// Whether it is reached from outside the cluster.
    public static boolean isExternal(ServiceSpec spec) {
        return spec.type().equals("LoadBalancer")
                || spec.type().equals("NodePort")
                || spec.type().equals("ClusterIP") && !spec.externalIPs().isEmpty();
    }

    private static final class Rules implements Strategy<Service> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        @Override
        public Service withDefaults(Service service) {
            ObjectTree tree = Defaults.inNew(service.tree(), "spec", Rules::specDefaults);
            if (tree.object("spec").text("type").equals("LoadBalancer"))
                tree = Defaults.in(tree, "status", Rules::statusDefaults);
            return Service.of(tree);
        }

        private static ObjectTree specDefaults(ObjectTree spec) {
            ObjectTree tree = Defaults.empty(spec, "sessionAffinity", "None");
            if (tree.text("sessionAffinity").equals("None")) tree = tree.without("sessionAffinityConfig");
            if (tree.text("sessionAffinity").equals("ClientIP"))
                tree = Defaults.inNew(
                        tree,
                        "sessionAffinityConfig",
                        config -> Defaults.inNew(
                                config, "clientIP", client -> Defaults.absent(client, "timeoutSeconds", 10800)));
            tree = Defaults.empty(tree, "type", "ClusterIP");
            tree = Defaults.each(tree, "ports", Rules::portDefaults);
            ServiceSpec typed = ServiceSpec.of(tree);
            if (isExternal(typed)) tree = Defaults.empty(tree, "externalTrafficPolicy", "Cluster");
            if (needsClusterIp(typed)) tree = Defaults.absent(tree, "internalTrafficPolicy", "Cluster");
            return typed.type().equals("LoadBalancer")
                    ? Defaults.absent(tree, "allocateLoadBalancerNodePorts", true)
                    : tree;
        }

        private static ObjectTree portDefaults(ObjectTree port) {
            ObjectTree tree = Defaults.empty(port, "protocol", "TCP");
            Tree target = tree.get("targetPort");
            boolean none = target.isNull() || target.equals(Tree.of(0)) || target.equals(Tree.of(""));
            return none ? tree.with("targetPort", tree.whole("port")) : tree;
        }

        private static ObjectTree statusDefaults(ObjectTree status) {
            return Defaults.in(
                    status,
                    "loadBalancer",
                    balancer -> Defaults.each(
                            balancer,
                            "ingress",
                            ingress -> ingress.text("ip").isEmpty()
                                    ? ingress
                                    : Defaults.absent(ingress, "ipMode", "VIP")));
        }

        @Override
        public Service prepareForCreate(Service service) {
            return ServiceUpdates.withPluralAddress(
                    Service.of(service.tree().with("status", ObjectTree.of("loadBalancer", ObjectTree.EMPTY))));
        }

        @Override
        public Service prepareForUpdate(Service updated, Service stored) {
            ObjectTree tree = SpecAndStatus.restore(updated.tree(), stored.tree(), "status");
            if (!updated.spec().type().equals("LoadBalancer"))
                tree = tree.withAt(ObjectTree.EMPTY, "status", "loadBalancer");
            return ServiceUpdates.prepared(Service.of(tree), stored);
        }

        @Override
        public Service prepareForUpdate(String subresource, Service updated, Service stored) {
            return Service.of(SpecAndStatus.restoreAllBut("status", updated.tree(), stored.tree()));
        }

        @Override
        public void validate(Service service, FieldErrors errors) {
            ServiceChecks.validate(service, errors);
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        @Override
        public void validateUpdate(Service updated, Service stored, FieldErrors errors) {
            ServiceChecks.validateUpdate(updated, stored, errors);
            ServiceChecks.validate(updated, errors);
        }

        @Override
        public void validateUpdate(String subresource, Service updated, Service stored, FieldErrors errors) {
            ServiceChecks.validateStatus(updated, errors);
        }

        @Override
        public List<String> warnings(Service service) {
            return ServiceChecks.warnings(service);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
            return true;
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }

        @Override
        public String nameFormat() {
            return "dns-label-1035";
        }

        @Override
        public List<String> selectableFieldLabels() {
            return List.of("spec.clusterIP", "spec.type");
        }

        @Override
        public Map<String, String> selectableFields(Service service) {
            return Map.of(
                    "spec.clusterIP",
                    service.spec().clusterIP(),
                    "spec.type",
                    service.spec().type());
        }
    }
}
