package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.NodeAddress;
import io.amphora.api.core.v1.Nodes;
import io.amphora.apiserver.state.ClusterState;
import java.util.List;

/// Where the kubelets of the nodes listen, as their Nodes say.
record Kubelets(ClusterState state) {
    private static final List<String> PREFERRED =
            List.of("InternalIP", "ExternalIP", "Hostname", "InternalDNS", "ExternalDNS");

    /// The root URL of a node's kubelet.
    ///
    /// @throws ApiException when there is no such node, or it says no port or no address
    String url(String nodeName) {
        Node node = Node.of(state.now()
                .find(Nodes.DEFINITION, "", nodeName)
                .orElseThrow(() -> ApiException.notFound(Nodes.DEFINITION, nodeName))
                .tree());
        long port = node.status().daemonEndpoints().kubeletEndpoint().tree().whole("Port");
        // Nodes that only pretend have addresses that may be somebody else's: nothing is sent there.
        if (port == 0) throw ApiException.internal("node \"" + nodeName + "\" runs no kubelet that could be asked");
        String address = address(node);
        return "https://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }

    private static String address(Node node) {
        for (String type : PREFERRED)
            for (NodeAddress each : node.status().addresses())
                if (each.type().equals(type) && !each.address().isEmpty()) return each.address();
        throw ApiException.internal("no preferred addresses found; known addresses: []");
    }
}
