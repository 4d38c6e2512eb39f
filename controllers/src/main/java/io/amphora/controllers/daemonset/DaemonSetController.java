package io.amphora.controllers.daemonset;

import io.amphora.api.apps.v1.ControllerRevision;
import io.amphora.api.apps.v1.ControllerRevisions;
import io.amphora.api.apps.v1.DaemonSet;
import io.amphora.api.apps.v1.DaemonSets;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Claims;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.controllers.history.Revisions;
import io.amphora.controllers.pod.PodEvents;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keeps one Pod on each node that suits, and rolls a new template out node by node: first down then up, or, with
/// `maxSurge`, the other way round.
public final class DaemonSetController implements Controller<DaemonSet> {
    private static final Comparator<Pod> BY_AGE = Comparator.<Pod, Instant>comparing(
                    pod -> pod.metadata().findCreationTimestamp().orElse(Instant.MAX))
            .thenComparing(Pod::name);

    @Override
    public String name() {
        return "daemonset-controller";
    }

    @Override
    public Watches<DaemonSet> watches() {
        Target<DaemonSet> sets = Target.of(DaemonSets.DEFINITION);
        return Watches.of(DaemonSets.DEFINITION)
                .ownsOrAdopts(
                        Pods.DEFINITION,
                        (set, pod) -> selector(set)
                                .matches(pod.tree().object("metadata").object("labels")))
                .reads(Pods.DEFINITION, Claims.orphans())
                .owns(ControllerRevisions.DEFINITION)
                .onlyOn(
                        Nodes.DEFINITION,
                        (before, now) -> !isSame(before, now),
                        (node, seen) -> seen.list(sets, "").stream()
                                .map(set -> Key.of(sets, set))
                                .toList());
    }

    private static boolean isSame(Node before, Node now) {
        return before.metadata().labels().equals(now.metadata().labels())
                && before.spec().equals(now.spec());
    }

    private static LabelSelector selector(DaemonSet set) {
        return LabelSelector.of(set.spec().tree().get("selector"));
    }

    @Override
    public Plan plan(DaemonSet set, Seen seen, Instant now) {
        if (selector(set).matchesEverything())
            return Plan.of(Action.warning(
                    set, "SelectingAll", "This daemon set is selecting all pods. A non-empty selector is required."));
        if (set.metadata().findDeletionTimestamp().isPresent()) return Plan.NOTHING;
        Claims<Pod> claims = Claims.of(set, selector(set), Pods.DEFINITION, seen);
        if (!claims.areSettled()) return claims.settle(set, Target.of(DaemonSets.DEFINITION));
        Revisions revisions = Revisions.of(set, seen.ownedBy(set, ControllerRevisions.DEFINITION), DaemonPods.REVISION);
        Optional<ControllerRevision> present = revisions.findPresent();
        if (present.isEmpty())
            return revisions.record(
                    set.status().collisionCount(),
                    collisions -> Plan.of(Action.updateStatus(
                            DaemonSets.DEFINITION, set.withStatus(set.status().withCollisionCount(collisions)))));
        var daemons = new Daemons(
                set,
                claims.owned(),
                revisions.hashOf(present.get()),
                seen.of(Nodes.DEFINITION).list(),
                now);
        return daemons.work()
                .then(outcomes -> PodEvents.tell(set, outcomes)
                        .then(status(daemons))
                        .then(revisions.cleanUp(
                                set.spec().findRevisionHistoryLimit().orElse(10), used(revisions, claims.owned()))));
    }

    private static HashSet<String> used(Revisions revisions, List<Pod> pods) {
        var used = new HashSet<String>();
        if (!revisions.sorted().isEmpty()) used.add(revisions.sorted().getLast().name());
        for (ControllerRevision each : revisions.sorted())
            if (pods.stream().anyMatch(pod -> DaemonPods.isUpdated(pod, revisions.hashOf(each)))) used.add(each.name());
        return used;
    }

    /// The nodes, each with what stands there.
    private record Daemons(DaemonSet set, List<Pod> pods, String hash, List<Node> nodes, Instant now) {

        Map<String, List<Pod>> byNode() {
            var byNode = new LinkedHashMap<String, List<Pod>>();
            for (Pod pod : pods)
                byNode.computeIfAbsent(DaemonPods.node(pod), ignored -> new ArrayList<>())
                        .add(pod);
            byNode.values().forEach(each -> each.sort(BY_AGE));
            return byNode;
        }

        NodeFit fit(Node node) {
            return NodeFit.of(set.spec().template().spec(), DaemonPods.tolerations(set), node);
        }

        boolean isAvailable(Pod pod) {
            return !PodFacts.isTerminating(pod)
                    && PodFacts.isAvailable(pod, set.spec().minReadySeconds(), now);
        }

        // ---- what to do next ----

        Plan work() {
            var missing = new ArrayList<String>();
            var surplus = new ArrayList<Pod>();
            var events = new ArrayList<Action>();
            Map<String, List<Pod>> byNode = byNode();
            for (Node node : nodes) settle(node, byNode.getOrDefault(node.name(), List.of()), missing, surplus, events);
            byNode.forEach((name, some) -> {
                boolean gone = nodes.stream().noneMatch(node -> node.name().equals(name));
                if (gone)
                    some.stream().filter(pod -> pod.spec().nodeName().isEmpty()).forEach(surplus::add);
            });
            boolean rolls = set.spec().updateStrategy().type().equals("RollingUpdate");
            if (rolls && missing.isEmpty() && surplus.isEmpty()) roll(byNode, missing, surplus);
            var deletions = surplus.stream()
                    .filter(pod -> !PodFacts.isTerminating(pod))
                    .map(pod -> Action.delete(Pods.DEFINITION, pod))
                    .toList();
            var creations = missing.stream()
                    .map(node -> Action.create(Pods.DEFINITION, DaemonPods.pod(set, node, hash)))
                    .toList();
            Plan work = creations.isEmpty() ? Plan.together(deletions) : Plan.doubling(creations);
            if (!creations.isEmpty() && !deletions.isEmpty())
                work = work.then(made -> PodEvents.tell(set, made).then(Plan.together(deletions)));
            work = events.isEmpty() ? work : Plan.of(events).then(work);
            return pods.stream()
                    .flatMap(pod -> PodFacts.findAvailableAt(pod, set.spec().minReadySeconds(), now).stream())
                    .min(Comparator.naturalOrder())
                    .map(work::andLookAgainAt)
                    .orElse(work);
        }

        private void settle(Node node, List<Pod> there, List<String> missing, List<Pod> surplus, List<Action> events) {
            NodeFit fit = fit(node);
            if (!fit.mayStay()) {
                surplus.addAll(there);
                return;
            }
            var running = new ArrayList<Pod>();
            for (Pod pod : there) {
                if (PodFacts.isTerminating(pod)) continue;
                if (!PodFacts.isFinished(pod)) {
                    running.add(pod);
                    continue;
                }
                surplus.add(pod);
                events.add(finished(pod, node));
            }
            boolean leaving = there.stream().anyMatch(PodFacts::isTerminating);
            boolean replacing = there.size() > running.size();
            if (running.isEmpty() && !leaving && !replacing && fit.shouldRun()) missing.add(node.name());
            keepOne(running, surplus);
        }

        private Action finished(Pod pod, Node node) {
            boolean failed = pod.status().phase().equals("Failed");
            String message = "Found " + (failed ? "failed" : "succeeded") + " daemon pod " + pod.namespace() + "/"
                    + pod.name() + " on node " + node.name() + ", will try to "
                    + (failed ? "kill it" : "delete it");
            return failed
                    ? Action.warning(set, "FailedDaemonPod", message)
                    : Action.normal(set, "SucceededDaemonPod", message);
        }

        /// The oldest stays; while a surge goes on, an old one stays beside its successor until that is
        /// available.
        private void keepOne(List<Pod> running, List<Pod> surplus) {
            if (running.size() < 2) return;
            List<Pod> updated = running.stream()
                    .filter(pod -> DaemonPods.isUpdated(pod, hash))
                    .toList();
            List<Pod> old = running.stream()
                    .filter(pod -> !DaemonPods.isUpdated(pod, hash))
                    .toList();
            if (surge() == 0 || updated.isEmpty() || old.isEmpty()) {
                surplus.addAll(running.subList(1, running.size()));
                return;
            }
            surplus.addAll(updated.subList(1, updated.size()));
            boolean replaced = isAvailable(updated.getFirst()) || !isAvailable(old.getFirst());
            surplus.addAll(replaced ? old : old.subList(1, old.size()));
        }

        /// What is not available anyway goes first, and does not count.
        private void roll(Map<String, List<Pod>> byNode, List<String> missing, List<Pod> surplus) {
            int unavailable = 0;
            int surging = 0;
            var candidates = new ArrayList<Pod>();
            for (Node node : nodes) {
                if (!fit(node).shouldRun()) continue;
                List<Pod> there = byNode.getOrDefault(node.name(), List.of());
                if (there.size() != 1) {
                    unavailable++;
                    if (there.size() > 1) surging++;
                    continue;
                }
                Pod pod = there.getFirst();
                boolean available = isAvailable(pod);
                if (!available) unavailable++;
                if (DaemonPods.isUpdated(pod, hash) || PodFacts.isTerminating(pod)) continue;
                if (available) candidates.add(pod);
                else if (surge() > 0) missing.add(node.name());
                else surplus.add(pod);
            }
            int room = surge() > 0 ? surge() - surging - missing.size() : mayBeUnavailable() - unavailable;
            for (Pod pod : candidates.subList(0, Math.max(0, Math.min(room, candidates.size())))) {
                if (surge() > 0) missing.add(DaemonPods.node(pod));
                else surplus.add(pod);
            }
        }

        private int desired() {
            return (int) nodes.stream().filter(node -> fit(node).shouldRun()).count();
        }

        private int surge() {
            return count(set.spec().updateStrategy().rollingUpdate().maxSurge(), 0);
        }

        private int mayBeUnavailable() {
            int allowed = count(set.spec().updateStrategy().rollingUpdate().maxUnavailable(), 1);
            return allowed == 0 && surge() == 0 ? 1 : allowed;
        }

        private int count(Tree intOrPercent, int otherwise) {
            return switch (intOrPercent) {
                case Tree.Whole(long number) -> (int) number;
                case Tree.Text(String text)
                when text.endsWith("%") ->
                    (int) Math.ceilDiv(Long.parseLong(text.substring(0, text.length() - 1)) * desired(), 100);
                default -> otherwise;
            };
        }
    }

    // ---- status ----

    private static Plan status(Daemons daemons) {
        int desired = 0;
        int current = 0;
        int misscheduled = 0;
        int ready = 0;
        int available = 0;
        int updated = 0;
        Map<String, List<Pod>> byNode = daemons.byNode();
        for (Node node : daemons.nodes()) {
            List<Pod> there = byNode.getOrDefault(node.name(), List.of());
            if (!daemons.fit(node).shouldRun()) {
                if (!there.isEmpty()) misscheduled++;
                continue;
            }
            desired++;
            if (there.isEmpty()) continue;
            current++;
            Pod pod = there.getFirst();
            if (PodFacts.isReady(pod)) ready++;
            if (PodFacts.isReady(pod)
                    && PodFacts.isAvailable(pod, daemons.set().spec().minReadySeconds(), daemons.now())) available++;
            if (DaemonPods.isUpdated(pod, daemons.hash())) updated++;
        }
        DaemonSet set = daemons.set();
        var status = ObjectTree.builder()
                .put("currentNumberScheduled", current)
                .put("numberMisscheduled", misscheduled)
                .put("desiredNumberScheduled", desired)
                .put("numberReady", ready)
                .put("observedGeneration", set.metadata().generation());
        if (updated != 0) status.put("updatedNumberScheduled", updated);
        if (available != 0) status.put("numberAvailable", available);
        if (desired != available) status.put("numberUnavailable", desired - available);
        for (String kept : List.of("collisionCount", "conditions"))
            if (set.status().tree().has(kept))
                status.put(kept, set.status().tree().get(kept));
        ObjectTree made = status.build();
        if (made.equals(set.status().tree())) return Plan.NOTHING;
        return Plan.of(Action.updateStatus(
                DaemonSets.DEFINITION, DaemonSet.of(set.tree().with("status", made))));
    }
}
