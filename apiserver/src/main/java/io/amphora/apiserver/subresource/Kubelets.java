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
    private static final int USUAL_PORT = 10250;

    /// The root URL of a node's kubelet.
    ///
    /// @throws ApiException when there is no such node, or it has no address
    String url(String nodeName) {
        Node node = Node.of(state.now()
                .find(Nodes.DEFINITION, "", nodeName)
                .orElseThrow(() -> ApiException.notFound(Nodes.DEFINITION, nodeName))
                .tree());
        int port = node.status().daemonEndpoints().kubeletEndpoint().tree().whole("Port") == 0
                ? USUAL_PORT
                : (int) node.status().daemonEndpoints().kubeletEndpoint().tree().whole("Port");
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
