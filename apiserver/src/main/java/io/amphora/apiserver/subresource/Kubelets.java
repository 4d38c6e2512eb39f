package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.NodeAddress;
import io.amphora.api.core.v1.Nodes;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.machinery.field.Names;
import java.util.List;

/// Where the kubelets of the nodes listen, as their Nodes say.
public record Kubelets(ClusterState state, ProxyAddresses allowed) {
    private static final List<String> PREFERRED =
            List.of("InternalIP", "ExternalIP", "Hostname", "InternalDNS", "ExternalDNS");

    /// A node's kubelet.
    ///
    /// @throws ApiException when there is no such node, or it says no port, or no address that may be asked
    Origin origin(String nodeName) {
        Node node = node(nodeName);
        int port = port(node);
        return new Origin("https", allowed.requireKubelet(address(node), port), port);
    }

    /// Another port of a node.
    Origin origin(String scheme, String nodeName, int port) {
        return new Origin(scheme, allowed.require(address(node(nodeName))), port);
    }

    /// Nodes that only pretend, and their Pods, have addresses that may be somebody else's: nothing is sent there.
    ///
    /// @throws ApiException unless the node is there and runs a kubelet
    void require(String nodeName) {
        port(nodeName);
    }

    /// @throws ApiException when there is no such node, or it runs no kubelet
    int port(String nodeName) {
        return port(node(nodeName));
    }

    private static int port(Node node) {
        long port = node.status().daemonEndpoints().kubeletEndpoint().tree().whole("Port");
        if (!Names.isValidPortNum(port).isEmpty())
            throw ApiException.internal("node \"" + node.name() + "\" runs no kubelet that could be asked");
        return (int) port;
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
