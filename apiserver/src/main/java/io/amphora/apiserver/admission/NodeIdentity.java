package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.NodeAddress;
import io.amphora.api.core.v1.NodeClaims;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.api.networking.v1.ServiceCIDR;
import io.amphora.api.networking.v1.ServiceCIDRs;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A kubelet does not make itself a node with a name or an address that is somebody else's: the
/// API server's, a Service's, or another node's. The API server would connect there, and names
/// lead to certificates.
///
/// What a Node says already is not looked at again, so that one that was there before goes on.
public final class NodeIdentity implements AdmissionPlugin {
    @Override
    public String name() {
        return "NodeIdentity";
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        boolean writes = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!writes
                || !request.user().in(User.NODES)
                || !request.resource().qualifiedName().equals("nodes")) return;
        var added = new ArrayList<>(addresses(Optional.of(object)));
        added.removeAll(addresses(request.old()));
        if (added.isEmpty() && request.operation() != Operation.CREATE) return;
        NodeClaims claims = claims(request.cluster());
        Node node = Node.of(object);
        if (request.operation() == Operation.CREATE) claims.whyNot(node.name()).ifPresent(why -> refuse(request, why));
        for (String address : added) {
            claims.whyNot(address).ifPresent(why -> refuse(request, why));
            if (isSource(request.user(), address)) continue;
            claims.others(node.name(), address).stream()
                    .filter(NodeClaims::isReady) // machines are replaced, and their addresses used again
                    .findFirst()
                    .ifPresent(other -> refuse(request, "address " + address + " is node \"" + other.name() + "\"'s"));
        }
    }

    private static List<String> addresses(Optional<ObjectTree> node) {
        return node.stream()
                .flatMap(tree -> Node.of(tree).status().addresses().stream())
                .map(NodeAddress::address)
                .toList();
    }

    private static NodeClaims claims(Snapshot cluster) {
        return NodeClaims.of(
                cluster.list(ServiceCIDRs.DEFINITION, "").stream()
                        .map(entry -> ServiceCIDR.of(entry.value().tree()))
                        .toList(),
                cluster.find(Services.DEFINITION, "default", "kubernetes").map(stored -> Service.of(stored.tree())),
                cluster.find(EndpointSlices.DEFINITION, "default", "kubernetes")
                        .map(stored -> EndpointSlice.of(stored.tree())),
                cluster.list(Nodes.DEFINITION, "").stream()
                        .map(entry -> Node.of(entry.value().tree()))
                        .toList());
    }

    /// An address from which this node speaks is its own, whoever says what of it.
    private static boolean isSource(User user, String address) {
        IpAddress parsed = IpAddress.parse(address);
        return parsed != null
                && user.extra().getOrDefault(NodeClaims.SOURCE, List.of()).contains(parsed.toString());
    }

    private static void refuse(AdmissionRequest request, String why) {
        throw ApiException.forbidden(
                request.resource(),
                request.name(),
                "node \"" + request.user().findNode().orElse("") + "\" is not allowed to be this node: " + why);
    }
}
