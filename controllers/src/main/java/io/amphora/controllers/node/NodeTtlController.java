package io.amphora.controllers.node;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.client.PatchType;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.List;

/// Tells each node's kubelet how many seconds it may keep a Secret or ConfigMap before it asks again: the more
/// nodes, the longer.
///
/// The steps overlap, so that a cluster whose size goes up and down around a limit does not change all its nodes
/// each time. A node is looked at when it changes, which nodes do every few minutes.
public final class NodeTtlController implements Controller<Node> {
    static final String TTL = "node.alpha.kubernetes.io/ttl";

    /// @param least nodes; with fewer the step before holds
    /// @param most nodes; with more the next step holds
    private record Step(int least, int most, int seconds) {}

    private static final List<Step> STEPS = List.of(
            new Step(0, 100, 0),
            new Step(90, 500, 15),
            new Step(450, 1000, 30),
            new Step(900, 2000, 60),
            new Step(1800, Integer.MAX_VALUE, 300));

    @Override
    public String name() {
        return "ttl-controller";
    }

    @Override
    public Watches<Node> watches() {
        return Watches.of(Nodes.DEFINITION);
    }

    @Override
    public Plan plan(Node node, Seen seen, Instant now) {
        String said = node.metadata().annotations().getOrDefault(TTL, "");
        String wanted =
                Integer.toString(secondsFor(seen.list(Nodes.DEFINITION, "").size(), said));
        if (wanted.equals(said)) return Plan.NOTHING;
        ObjectTree annotations = ObjectTree.of(TTL, wanted);
        return Plan.of(Action.patch(
                Nodes.DEFINITION,
                node,
                PatchType.STRATEGIC,
                ObjectTree.of("metadata", ObjectTree.of("annotations", annotations))));
    }

    /// @param said what the annotation says now; anything, or "" for nothing
    static int secondsFor(int nodes, String said) {
        int step = 0;
        for (int i = 0; i < STEPS.size(); i++)
            if (Integer.toString(STEPS.get(i).seconds()).equals(said)) step = i;
        while (nodes > STEPS.get(step).most()) step++;
        while (nodes < STEPS.get(step).least()) step--;
        return STEPS.get(step).seconds();
    }
}
