package io.amphora.scheduler.plugin;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.TopologySpreadConstraint;
import io.amphora.api.placement.Tolerations;
import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import io.amphora.scheduler.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Spreads like Pods evenly over the values of a node label. A Pod that says nothing of it, but has a
/// controller, is
/// spread over nodes and zones by preference.
final class PodTopologySpread implements Filter, Score {
    private static final String HOST = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";

    @Override
    public Optional<Test> prepare(PodInfo info, Cluster cluster) {
        Pod pod = info.pod();
        List<Spread> spreads = pod.spec().topologySpreadConstraints().stream()
                .filter(constraint -> constraint.whenUnsatisfiable().equals("DoNotSchedule"))
                .map(constraint -> Spread.of(constraint, pod, cluster))
                .toList();
        if (spreads.isEmpty()) return Optional.empty();
        return Optional.of(node -> {
            for (Spread spread : spreads) {
                String domain = node.labels().get(spread.topologyKey);
                if (domain == null)
                    return Verdict.unsuitable(
                            "node(s) didn't match pod topology spread constraints (missing required label)");
                int here = spread.counts.getOrDefault(domain, 0) + (spread.selectsItself ? 1 : 0);
                if (here - spread.least() > spread.maxSkew)
                    return Verdict.occupied("node(s) didn't match pod topology spread constraints");
            }
            return Verdict.FITS;
        });
    }

    /// How many like Pods stand in each domain, as one constraint counts them.
    private record Spread(
            String topologyKey, int maxSkew, int minDomains, boolean selectsItself, Map<String, Integer> counts) {

        static Spread of(TopologySpreadConstraint constraint, Pod pod, Cluster cluster) {
            Predicate<Pod> alike = other -> other.namespace().equals(pod.namespace())
                    && Selectors.matches(
                            constraint.labelSelector(), other.metadata().labels())
                    && constraint.matchLabelKeys().stream().allMatch(key -> sameLabel(key, pod, other));
            var counts = new HashMap<String, Integer>();
            for (NodeInfo node : cluster.nodes().values()) {
                String domain = node.labels().get(constraint.topologyKey());
                if (domain == null || !counts(constraint, pod, node)) continue;
                counts.merge(domain, count(node, alike), Integer::sum);
            }
            int minDomains = constraint.findMinDomains().orElse(1);
            return new Spread(constraint.topologyKey(), constraint.maxSkew(), minDomains, alike.test(pod), counts);
        }

        /// Whether a node counts as a place at all: by default those that the Pod's node affinity allows, tainted
        /// or not.
        private static boolean counts(TopologySpreadConstraint constraint, Pod pod, NodeInfo node) {
            if (!constraint.nodeAffinityPolicy().equals("Ignore") && !NodeAffinity.matches(pod, node)) return false;
            return !constraint.nodeTaintsPolicy().equals("Honor")
                    || node.node().spec().taints().stream()
                            .filter(taint -> !taint.effect().equals("PreferNoSchedule"))
                            .allMatch(taint -> Tolerations.tolerate(
                                    pod.spec().tolerations(), taint.key(), taint.value(), taint.effect()));
        }

        private static boolean sameLabel(String key, Pod pod, Pod other) {
            String value = pod.metadata().labels().get(key);
            return value == null || value.equals(other.metadata().labels().get(key));
        }

        /// The fewest in any domain; fewer domains than demanded count as an empty one.
        int least() {
            return counts.size() < minDomains
                    ? 0
                    : counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
        }
    }

    private static int count(NodeInfo node, Predicate<Pod> alike) {
        int count = 0;
        for (PodInfo other : node.pods()) if (!other.isTerminating() && alike.test(other.pod())) count++;
        return count;
    }

    @Override
    public Optional<double[]> of(PodInfo info, List<NodeInfo> nodes, Cluster cluster) {
        Pod pod = info.pod();
        List<Spread> spreads = pod.spec().topologySpreadConstraints().isEmpty()
                ? byController(pod, cluster)
                : pod.spec().topologySpreadConstraints().stream()
                        .filter(constraint -> constraint.whenUnsatisfiable().equals("ScheduleAnyway"))
                        .map(constraint -> Spread.of(constraint, pod, cluster))
                        .toList();
        if (spreads.isEmpty()) return Optional.empty();
        return Optional.of(nodes.stream()
                .mapToDouble(node -> spreads.stream()
                        .mapToDouble(spread -> {
                            String domain = node.labels().get(spread.topologyKey);
                            if (domain == null) return 0;
                            double weight = Math.log(spread.counts.size() + 2.0);
                            return spread.counts.getOrDefault(domain, 0) * weight + (spread.maxSkew - 1);
                        })
                        .sum())
                .toArray());
    }

    /// What Pods of one controller get by default: at most 3 more on one node, 5 more in one zone, if it can be
    /// had.
    private static List<Spread> byController(Pod pod, Cluster cluster) {
        String controller = controllerOf(pod);
        if (controller.isEmpty()) return List.of();
        Predicate<Pod> siblings = other -> controllerOf(other).equals(controller);
        return List.of(byController(HOST, 3, siblings, cluster), byController(ZONE, 5, siblings, cluster));
    }

    private static Spread byController(String key, int maxSkew, Predicate<Pod> siblings, Cluster cluster) {
        var counts = new HashMap<String, Integer>();
        for (NodeInfo node : cluster.nodes().values()) {
            String domain = node.labels().get(key);
            if (domain != null) counts.merge(domain, count(node, siblings), Integer::sum);
        }
        return new Spread(key, maxSkew, 1, true, counts);
    }

    private static String controllerOf(Pod pod) {
        return pod.metadata().ownerReferences().stream()
                .filter(owner -> owner.controller())
                .map(owner -> owner.uid())
                .findFirst()
                .orElse("");
    }

    @Override
    public Scale scale() {
        return Scale.FEWEST_FIRST;
    }

    @Override
    public double weight() {
        return 2;
    }
}
