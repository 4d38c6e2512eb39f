package io.amphora.controllers.network;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
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
import io.amphora.machinery.tree.Yaml;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Gives the nodes that answer for the cluster's names ([#LABEL]) the Service `kube-dns`: one EndpointSlice per node,
/// so that a node that comes or goes changes one object. The Service is the first such node's; a cluster without any
/// has none. See docs/decisions/0004.
public final class ClusterDnsController implements Controller<Node> {
    /// On Nodes whose address answers DNS questions on port 53.
    public static final String LABEL = "amphora.io/cluster-dns";

    private static final String NAMESPACE = "kube-system";
    private static final String NAME = "kube-dns";

    private final String address;

    /// @param address of the Service
    public ClusterDnsController(String address) {
        this.address = address;
    }

    @Override
    public String name() {
        return "cluster-dns-controller";
    }

    @Override
    public Watches<Node> watches() {
        return Watches.of(Nodes.DEFINITION)
                .on(Services.DEFINITION, (service, seen) -> isOurs(service) ? nodes(seen) : List.of())
                .on(EndpointSlices.DEFINITION, (slice, seen) -> isOurs(slice) ? nodes(seen) : List.of());
    }

    private static boolean isOurs(Service service) {
        return service.namespace().equals(NAMESPACE) && service.name().equals(NAME);
    }

    private static boolean isOurs(EndpointSlice slice) {
        return slice.namespace().equals(NAMESPACE) && slice.name().startsWith(NAME + "-");
    }

    private static List<Key> nodes(Seen seen) {
        return seen.list(Nodes.DEFINITION, "").stream()
                .map(node -> Key.of(Target.of(Nodes.DEFINITION), node))
                .toList();
    }

    @Override
    public Plan plan(Node node, Seen seen, Instant now) {
        if (!node.metadata().labels().containsKey(LABEL)) return Plan.NOTHING;
        Optional<String> at = node.status().addresses().stream()
                .filter(each -> each.type().equals("InternalIP"))
                .map(each -> each.address())
                .findFirst();
        if (at.isEmpty()) return Plan.NOTHING;
        var actions = new ArrayList<Action>();
        if (seen.find(Services.DEFINITION, NAMESPACE, NAME).isEmpty())
            actions.add(Action.create(Services.DEFINITION, service()));
        EndpointSlice wanted = slice(node, at.get());
        Optional<EndpointSlice> there = seen.find(EndpointSlices.DEFINITION, NAMESPACE, wanted.name());
        if (there.isEmpty()) actions.add(Action.create(EndpointSlices.DEFINITION, wanted));
        else if (!there.get().endpoints().equals(wanted.endpoints()))
            actions.add(Action.update(EndpointSlices.DEFINITION, there.get().withEndpoints(wanted.endpoints())));
        return Plan.of(actions);
    }

    /// Local: a Pod asks its own node.
    private Service service() {
        return Service.of(Yaml.read("""
                apiVersion: v1
                kind: Service
                metadata:
                  name: kube-dns
                  namespace: kube-system
                  labels: {k8s-app: kube-dns}
                spec:
                  clusterIP: %s
                  internalTrafficPolicy: Local
                  ports:
                  - {name: dns, port: 53, protocol: UDP}
                  - {name: dns-tcp, port: 53, protocol: TCP}
                """.formatted(address)).object());
    }

    /// Goes with its Node.
    private static EndpointSlice slice(Node node, String address) {
        return EndpointSlice.of(
                Yaml.read("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: kube-dns-%1$s
                  namespace: kube-system
                  labels:
                    kubernetes.io/service-name: kube-dns
                    endpointslice.kubernetes.io/managed-by: cluster-dns-controller.amphora.io
                  ownerReferences: [{apiVersion: v1, kind: Node, name: %1$s, uid: %2$s}]
                addressType: IPv4
                endpoints: [{addresses: ["%3$s"], nodeName: %1$s, conditions: {ready: true, serving: true, terminating: false}}]
                ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53, protocol: TCP}]
                """.formatted(node.name(), node.uid(), address)).object());
    }
}
