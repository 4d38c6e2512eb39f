package io.amphora.controllers.node;

import io.amphora.api.Views;
import io.amphora.api.coordination.v1.Leases;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.NodeCondition;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Taint;
import io.amphora.client.Index;
import io.amphora.client.PatchType;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Notices nodes that stopped reporting, and marks nodes by taints according to their
/// conditions.
///
/// A node is alive when its report or its Lease changed lately, counted from when this was
/// seen here. So neither the node's idea of the time matters nor that somebody sets a clock;
/// and when the control plane was away for long, every node has its whole patience to be
/// heard again.
///
/// @param patience how long a node may be silent
/// @param startup how long a node that never reported may be silent
public record NodeLifecycleController(Duration patience, Duration startup) implements Controller<Node> {
    private static final String LEASES = "kube-node-lease";
    private static final List<String> REPORTED = List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");
    private static final Map<String, String> OLD_LABELS =
            Map.of("kubernetes.io/os", "beta.kubernetes.io/os", "kubernetes.io/arch", "beta.kubernetes.io/arch");

    /// What kube-controller-manager's `--node-monitor-grace-period` is by default.
    public static final Duration PATIENCE = Duration.ofSeconds(50);

    private static final Duration STARTUP = Duration.ofSeconds(60);

    public NodeLifecycleController() {
        this(PATIENCE);
    }

    public NodeLifecycleController(Duration patience) {
        this(patience, STARTUP);
    }

    @Override
    public String name() {
        return "node-lifecycle-controller";
    }

    @Override
    public String component() {
        return "node-controller";
    }

    @Override
    public Watches<Node> watches() {
        return Watches.of(Nodes.DEFINITION)
                .reads(Pods.DEFINITION, Index.byField("spec", "nodeName"))
                .withSigns((before, now) -> !heartbeat(before).equals(heartbeat(now)))
                .onSign(
                        Leases.DEFINITION,
                        (lease, seen) -> lease.namespace().equals(LEASES)
                                ? List.of(new Key(Target.of(Nodes.DEFINITION), "", lease.name()))
                                : List.of());
    }

    @Override
    public Plan plan(Node node, Seen seen, Instant now) {
        if (node.metadata().findDeletionTimestamp().isPresent()) return Plan.NOTHING;
        Plan judged = judge(node, seen, now);
        return seen.findAwaited().isPresent() ? judged : registered(node).then(judged);
    }

    /// Said when the controller comes to know the node.
    private static Plan registered(Node node) {
        return Plan.of(Action.normal(
                node,
                "RegisteredNode",
                "Node " + node.name() + " event: Registered Node " + node.name() + " in Controller"));
    }

    @Override
    public Plan planWithout(Key gone, Seen seen, Instant now) {
        if (seen.findAwaited().isEmpty()) return Plan.NOTHING;
        var node = Node.of(Node.EMPTY.tree().with("metadata", ObjectTree.of("name", gone.name())));
        return Plan.of(Action.normal(
                node,
                "RemovingNode",
                "Node " + gone.name() + " event: Removing Node " + gone.name() + " from Controller"));
    }

    /// Every answer says when to look again: by that the controller knows the node.
    private Plan judge(Node node, Seen seen, Instant now) {
        Duration left = (NodeTaints.findReady(node).isEmpty() ? startup : patience).minus(seen.silence());
        if (left.isPositive()) return mark(node, seen, now).andLookAgainAt(now.plus(left));
        Plan plan =
                isUnknown(node) ? mark(node, seen, now).then(withoutTraffic(node, seen, now)) : giveUp(node, seen, now);
        return plan.andLookAgainAt(now.plus(patience));
    }

    private static Optional<Instant> heartbeat(Node node) {
        return NodeTaints.findReady(node).flatMap(NodeCondition::findLastHeartbeatTime);
    }

    private static boolean isUnknown(Node node) {
        return REPORTED.stream()
                .allMatch(type -> node.status().conditions().stream()
                        .anyMatch(condition -> condition.type().equals(type)
                                && condition.status().equals("Unknown")));
    }

    // ---- nodes that are silent ----

    /// The taints come first: who sees that a node is unknown finds them.
    private static Plan giveUp(Node node, Seen seen, Instant now) {
        Node gone = withUnknown(node, now);
        return marked(node, gone, seen, now)
                .then(writes -> writes.stream().allMatch(Outcome::succeeded)
                        ? unknown(node, writes.isEmpty() ? gone : after(writes, gone), seen, now)
                        : Plan.NOTHING);
    }

    private static Plan unknown(Node node, Node gone, Seen seen, Instant now) {
        Plan unknown = Plan.of(Action.updateStatus(Nodes.DEFINITION, gone));
        boolean wasReady = NodeTaints.findReady(node)
                .map(ready -> ready.status().equals("True"))
                .orElse(false);
        if (!wasReady) return unknown;
        var told = Action.normal(node, "NodeNotReady", "Node " + node.name() + " status is now: NodeNotReady");
        return unknown.then(Plan.of(told)).then(withoutTraffic(node, seen, now));
    }

    /// The same object at the version that a write before it led to.
    private static Node after(List<Outcome> writes, Node node) {
        String version =
                writes.getLast().findAnswer().orElseThrow().object("metadata").text("resourceVersion");
        return Node.of(node.tree().withAt(Tree.of(version), "metadata", "resourceVersion"));
    }

    /// Services send the Pods of a silent node no more traffic.
    private static Plan withoutTraffic(Node node, Seen seen, Instant now) {
        var told = new ArrayList<Action>();
        for (Pod pod : seen.of(Pods.DEFINITION).by("spec.nodeName", node.name())) {
            if (!PodFacts.isReady(pod)) continue;
            told.add(notReady(pod, now));
            told.add(Action.warning(pod, "NodeNotReady", "Node is not ready"));
        }
        return Plan.together(told);
    }

    private static Node withUnknown(Node node, Instant now) {
        var conditions = new ArrayList<NodeCondition>();
        for (NodeCondition condition : node.status().conditions())
            conditions.add(REPORTED.contains(condition.type()) ? unknown(condition, now) : condition);
        Instant born = node.metadata().findCreationTimestamp().orElse(now);
        for (String type : REPORTED) {
            if (conditions.stream().anyMatch(condition -> condition.type().equals(type))) continue;
            conditions.add(new NodeCondition(ObjectTree.of(
                    "type",
                    type,
                    "status",
                    "Unknown",
                    "reason",
                    "NodeStatusNeverUpdated",
                    "message",
                    "Kubelet never posted node status.",
                    "lastHeartbeatTime",
                    Views.tree(born),
                    "lastTransitionTime",
                    Views.tree(now))));
        }
        return node.withStatus(node.status().withConditions(conditions));
    }

    private static NodeCondition unknown(NodeCondition condition, Instant now) {
        if (condition.status().equals("Unknown")) return condition;
        return condition
                .withStatus("Unknown")
                .withReason("NodeStatusUnknown")
                .withMessage("Kubelet stopped posting node status.")
                .withLastTransitionTime(now);
    }

    private static Action notReady(Pod pod, Instant now) {
        var condition = ObjectTree.of("type", "Ready", "status", "False", "lastTransitionTime", Views.tree(now));
        var patch = ObjectTree.of(
                "metadata",
                ObjectTree.of("uid", pod.uid()),
                "status",
                ObjectTree.of("conditions", ListTree.of(condition)));
        return Action.patchStatus(Pods.DEFINITION, pod, PatchType.STRATEGIC, patch);
    }

    // ---- taints and labels ----

    private static Plan mark(Node node, Seen seen, Instant now) {
        return marked(node, node, seen, now);
    }

    /// @param shown the node with the conditions that the taints are to stand for
    private static Plan marked(Node node, Node shown, Seen seen, Instant now) {
        List<Taint> taints = NodeTaints.of(shown, !isEverythingDown(seen, shown), now);
        ObjectTree labels = withOldLabels(node.tree().object("metadata").object("labels"));
        Node marked = node;
        if (!taints.equals(node.spec().taints()))
            marked = marked.withSpec(
                    taints.isEmpty() ? node.spec().withoutTaints() : node.spec().withTaints(taints));
        if (!labels.equals(node.tree().object("metadata").object("labels")))
            marked = Node.of(marked.tree().withAt(labels, "metadata", "labels"));
        return marked.equals(node) ? Plan.NOTHING : Plan.of(Action.update(Nodes.DEFINITION, marked));
    }

    /// When no node at all is ready, it is more likely that we are cut off: then nobody is
    /// evicted.
    ///
    /// @param shown counts as it is here
    private static boolean isEverythingDown(Seen seen, Node shown) {
        List<Node> nodes = seen.of(Nodes.DEFINITION).list();
        return nodes.size() > 1
                && nodes.stream()
                        .noneMatch(node -> NodeTaints.findReady(node.name().equals(shown.name()) ? shown : node)
                                .map(ready -> ready.status().equals("True"))
                                .orElse(true));
    }

    private static ObjectTree withOldLabels(ObjectTree labels) {
        ObjectTree changed = labels;
        for (Map.Entry<String, String> each : OLD_LABELS.entrySet()) {
            Tree value = labels.find(each.getKey());
            if (value != null) changed = changed.with(each.getValue(), value);
        }
        return changed;
    }
}
