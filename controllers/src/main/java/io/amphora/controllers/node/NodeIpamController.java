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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

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
        Set<Cidr> taken = nodes.stream()
                .flatMap(node -> node.spec().podCIDRs().stream())
                .flatMap(text -> Optional.ofNullable(Cidr.parse(text)).stream())
                .collect(Collectors.toCollection(HashSet::new));
        var actions = new ArrayList<Action>();
        for (Node node : nodes) {
            if (!node.spec().podCIDR().isEmpty()) continue;
            Optional<Cidr> free = freeRange(taken);
            if (free.isEmpty()) {
                String status = "Node " + node.name() + " status is now: CIDRNotAvailable";
                actions.add(Action.normal(node, "CIDRNotAvailable", status));
                continue;
            }
            taken.add(free.get());
            String range = free.get().toString();
            actions.add(Action.update(
                    Nodes.DEFINITION,
                    node.withSpec(node.spec().withPodCIDR(range).withPodCIDRs(List.of(range)))));
        }
        return Plan.together(actions);
    }

    private Optional<Cidr> freeRange(Set<Cidr> taken) {
        long step = 1L << (cluster.address().bits() - mask);
        long parts = 1L << (mask - cluster.length());
        return LongStream.range(0, parts)
                .mapToObj(part -> new Cidr(cluster.network().address().plus(part * step), mask))
                .filter(part -> taken.stream().noneMatch(part::overlaps))
                .findFirst();
    }
}
