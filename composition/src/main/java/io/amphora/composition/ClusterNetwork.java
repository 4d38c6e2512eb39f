package io.amphora.composition;

import io.amphora.kubectl.Flags;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The addresses of a cluster. Machines on the bridge are nodes; Pods and Services have ranges of their own, by the
/// flags that kube-controller-manager and kube-apiserver have for them. A cluster keeps its ranges for life: what it
/// started with is written beside its data, and published for its nodes (`cluster-info`).
///
/// @param podCidr from which each node gets a part (`--cluster-cidr`)
/// @param nodeMask how many bits say which node it is: 24 gives a node 256 addresses (`--node-cidr-mask-size`)
/// @param serviceCidr of Services (`--service-cluster-ip-range`)
record ClusterNetwork(
        String bridge, String nodePrefix, String podCidr, int nodeMask, String serviceCidr, String domain) {
    /// Room for 1,024 nodes.
    static final ClusterNetwork DEFAULT =
            new ClusterNetwork("amphora0", "172.30.77.", "10.244.0.0/14", 24, "10.96.0.0/16", "cluster.local");

    private static final String PODS = "cluster-cidr";
    private static final String MASK = "node-cidr-mask-size";
    private static final String SERVICES = "service-cluster-ip-range";
    private static final List<String> NAMES = List.of(PODS, MASK, SERVICES);

    /// Bits of a node's number, as with Kubernetes.
    private static final int MOST_NODE_BITS = 16;
    /// A node needs room for its Pods, and a cluster for its Services.
    private static final int LONGEST = 28;
    private static final int SHORTEST = 8;
    private static final int SHORTEST_OF_SERVICES = 12;
    private static final int DNS = 10;

    static Flags.Known flags(Flags.Known known) {
        NAMES.forEach(known::text);
        return known;
    }

    /// The flags as they were given, for another command.
    static List<String> arguments(Flags flags) {
        var arguments = new ArrayList<String>();
        for (String name : NAMES) if (flags.has(name)) arguments.addAll(List.of("--" + name, flags.text(name)));
        return arguments;
    }

    /// What the flags say, and for what they do not say, the cluster as it was before.
    ///
    /// @param file of a cluster that has been started before
    /// @throws UserError for ranges that are none, and for others than the cluster has
    static ClusterNetwork of(Flags flags, Path file) {
        ClusterNetwork before = read(file);
        var wanted = new ClusterNetwork(
                before.bridge,
                before.nodePrefix,
                flags.has(PODS) ? range(PODS, flags.text(PODS), SHORTEST) : before.podCidr,
                flags.whole(MASK, before.nodeMask),
                flags.has(SERVICES) ? range(SERVICES, flags.text(SERVICES), SHORTEST_OF_SERVICES) : before.serviceCidr,
                before.domain);
        if (Files.exists(file) && !wanted.equals(before))
            throw new UserError("this cluster was started with " + before.told() + ", and its ranges can't be changed");
        return wanted.checked();
    }

    /// The ranges of the cluster whose file this is; the usual ones where there is none.
    static ClusterNetwork read(Path file) {
        try {
            if (!Files.exists(file)) return DEFAULT;
            return parse(Yaml.read(Files.readString(file)).object());
        } catch (IOException | JsonSyntaxException damaged) {
            throw new UserError("cannot read " + file + ": " + damaged.getMessage());
        }
    }

    void write(Path file) {
        try {
            Files.writeString(file, Yaml.write(ObjectTree.from(data())));
        } catch (IOException failure) {
            throw new UserError("cannot write " + file + ": " + failure.getMessage());
        }
    }

    /// As texts, for a file or a ConfigMap.
    Map<String, String> data() {
        return Map.of(PODS, podCidr, MASK, Integer.toString(nodeMask), SERVICES, serviceCidr);
    }

    /// @param data as [#data] gives it; what is missing is as usual
    static ClusterNetwork parse(ObjectTree data) {
        String mask = data.text(MASK);
        return new ClusterNetwork(
                DEFAULT.bridge,
                DEFAULT.nodePrefix,
                data.text(PODS).isEmpty() ? DEFAULT.podCidr : data.text(PODS),
                mask.isEmpty() ? DEFAULT.nodeMask : Integer.parseInt(mask),
                data.text(SERVICES).isEmpty() ? DEFAULT.serviceCidr : data.text(SERVICES),
                DEFAULT.domain);
    }

    private static String range(String flag, String text, int shortest) {
        Cidr range = Cidr.parse(text);
        if (range == null || range.address().bits() != 32)
            throw new UserError("--" + flag + " takes a range of IPv4 addresses such as 10.96.0.0/16, not " + text);
        if (!range.network().equals(range))
            throw new UserError(
                    "--" + flag + ": " + text + " is an address in a range: did you mean " + range.network() + "?");
        if (range.length() < shortest || range.length() > LONGEST)
            throw new UserError("--" + flag + " takes a range of /" + shortest + " to /" + LONGEST + ", not " + text);
        return range.toString();
    }

    private ClusterNetwork checked() {
        Cidr pods = cidr(podCidr);
        Cidr services = cidr(serviceCidr);
        if (nodeMask < pods.length() || nodeMask > LONGEST)
            throw new UserError("--" + MASK + " takes " + pods.length() + " (the length of " + podCidr + ") to "
                    + LONGEST + ", not " + nodeMask);
        if (nodeMask - pods.length() > MOST_NODE_BITS)
            throw new UserError("--" + MASK + " takes at most " + (pods.length() + MOST_NODE_BITS) + " for " + podCidr
                    + ", not " + nodeMask);
        requireApart(PODS, pods, "--" + SERVICES + " ", services);
        requireApart(PODS, pods, "the nodes' network ", cidr(nodeCidr()));
        requireApart(SERVICES, services, "the nodes' network ", cidr(nodeCidr()));
        for (String taken : List.of("127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4")) {
            requireApart(PODS, pods, "", cidr(taken));
            requireApart(SERVICES, services, "", cidr(taken));
        }
        return this;
    }

    private static void requireApart(String flag, Cidr one, String what, Cidr other) {
        if (one.overlaps(other)) throw new UserError("--" + flag + " " + one + " overlaps " + what + other);
    }

    private static Cidr cidr(String text) {
        return Objects.requireNonNull(Cidr.parse(text), text);
    }

    private String told() {
        return "--%s %s --%s %d --%s %s".formatted(PODS, podCidr, MASK, nodeMask, SERVICES, serviceCidr);
    }

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

    /// Of the Service `kubernetes`: the first of the range.
    String serverAddress() {
        return cidr(serviceCidr).address().plus(1).toString();
    }

    /// Of the Service `kube-dns`: the tenth, as kubeadm has it.
    String dnsAddress() {
        return cidr(serviceCidr).address().plus(DNS).toString();
    }
}
