package io.amphora.composition;

/// The addresses of a cluster. Machines on the bridge are nodes; Pods and Services have ranges of their own.
record ClusterNetwork(
        String bridge, String nodePrefix, String podCidr, String serviceCidr, String dnsAddress, String domain) {
    static final ClusterNetwork DEFAULT = new ClusterNetwork(
            "amphora0", "172.30.77.", "10.244.0.0/16", "10.96.0.0/16", "10.96.0.10", "cluster.local");

    /// This machine's own address on the bridge.
    String hostAddress() {
        return nodePrefix + "1";
    }

    /// The address of the node with this number, from 1.
    String nodeAddress(int number) {
        return nodePrefix + (10 + number);
    }

    String nodeCidr() {
        return nodePrefix + "0/24";
    }
}
