package io.amphora.controllers.node;

import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives each node a range of the cluster's Pod addresses: the lowest that no other node has.
///
/// A range is free again when its Node is gone. All nodes are the work of one key, the namespace kube-system, so that
/// two nodes are never given the same range from the same snapshot.
public final class NodeIpamController implements Controller<Namespace> {
    private static final String KEY = "kube-system";

    private final Cidr cluster;
    private final int mask;

    /// @param cluster all Pods' addresses, IPv4
    /// @param mask bits of a node's range: 24 gives it 256 addresses (kube-controller-manager's
    ///     `--node-cidr-mask-size`)
    public NodeIpamController(Cidr cluster, int mask) {
        this.cluster = cluster;
        this.mask = mask;
    }

    @Override
    public String name() {
        return "node-ipam-controller";
    }

    @Override
    public String component() {
        return "cidrAllocator";
    }

    @Override
    public Watches<Namespace> watches() {
        return Watches.of(Namespaces.DEFINITION)
                .on(Nodes.DEFINITION, (changed, seen) -> List.of(new Key(Target.of(Namespaces.DEFINITION), "", KEY)));
    }

    @Override
    public Plan plan(Namespace namespace, Seen seen, Instant now) {
        if (!namespace.name().equals(KEY)) return Plan.NOTHING;
        List<Node> nodes = seen.list(Nodes.DEFINITION, "");
        BitSet taken = new BitSet();
        for (Node node : nodes) for (String range : node.spec().podCIDRs()) take(taken, Cidr.parse(range));
        var actions = new ArrayList<Action>();
        for (Node node : nodes) {
            if (!node.spec().podCIDR().isEmpty()) continue;
            int free = taken.nextClearBit(0);
            if (free >= parts()) {
                String status = "Node " + node.name() + " status is now: CIDRNotAvailable";
                actions.add(Action.normal(node, "CIDRNotAvailable", status));
                continue;
            }
            taken.set(free);
            String range = part(free).toString();
            actions.add(Action.update(
                    Nodes.DEFINITION,
                    node.withSpec(node.spec().withPodCIDR(range).withPodCIDRs(List.of(range)))));
        }
        return Plan.together(actions);
    }

    private int parts() {
        return 1 << (mask - cluster.length());
    }

    private Cidr part(int number) {
        return new Cidr(cluster.network().address().plus((long) number << hostBits()), mask);
    }

    private int hostBits() {
        return cluster.address().bits() - mask;
    }

    /// All parts that have an address of the range: it may be longer or shorter than a part is now.
    private void take(BitSet taken, @Nullable Cidr range) {
        if (range == null || !range.overlaps(cluster)) return;
        if (range.contains(cluster)) {
            taken.set(0, parts());
            return;
        }
        int first = offset(range.network().address()) >>> hostBits();
        taken.set(first, first + (1 << Math.max(0, mask - range.length())));
    }

    private int offset(IpAddress address) {
        return number(address) - number(cluster.network().address());
    }

    private static int number(IpAddress address) {
        return ByteBuffer.wrap(address.bytes()).getInt();
    }
}
