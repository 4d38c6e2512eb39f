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
        Node node = node(nodeName);
        String address = address(node);
        return "https://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + port(node);
    }

    /// Nodes that only pretend, and their Pods, have addresses that may be somebody else's: nothing is sent there.
    ///
    /// @throws ApiException unless the node is there and runs a kubelet
    void require(String nodeName) {
        port(node(nodeName));
    }

    private static long port(Node node) {
        long port = node.status().daemonEndpoints().kubeletEndpoint().tree().whole("Port");
        if (port == 0) throw ApiException.internal("node \"" + node.name() + "\" runs no kubelet that could be asked");
        return port;
    }

    private Node node(String nodeName) {
        return Node.of(state.now()
                .find(Nodes.DEFINITION, "", nodeName)
                .orElseThrow(() -> ApiException.notFound(Nodes.DEFINITION, nodeName))
                .tree());
    }

    private static String address(Node node) {
        for (String type : PREFERRED)
            for (NodeAddress each : node.status().addresses())
                if (each.type().equals(type) && !each.address().isEmpty()) return each.address();
        throw ApiException.internal("no preferred addresses found; known addresses: []");
    }
}
