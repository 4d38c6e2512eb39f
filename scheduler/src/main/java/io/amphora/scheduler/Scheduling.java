package io.amphora.scheduler;

import io.amphora.machinery.random.Randomness;
import io.amphora.scheduler.plugin.Filter;
import io.amphora.scheduler.plugin.Plugins;
import io.amphora.scheduler.plugin.Score;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// `schedule(pod, cluster) -> decision`: no I/O, no clock; chance only breaks ties.
public final class Scheduling {
    private Scheduling() {}

    /// @param nominated Pods that wait for room on a node they were promised; those of at least this Pod's
    ///     priority
    ///     keep it
    public static Decision schedule(
            PodInfo pod, Cluster cluster, Map<String, List<PodInfo>> nominated, Randomness chance) {
        Cluster promised = withNominated(pod, cluster, nominated);
        Map<String, Verdict.Unfit> refusals = new LinkedHashMap<>();
        List<NodeInfo> fitting;
        try {
            fitting = fitting(pod, promised, cluster, refusals);
        } catch (Filter.NowhereException nowhere) {
            return new Decision.Wait(nowhereMessage(cluster, nowhere.reason()));
        }
        if (!fitting.isEmpty())
            return new Decision.Place(best(pod, fitting, cluster, chance).name());
        if (cluster.nodes().isEmpty()) return new Decision.Wait("no nodes available to schedule pods");
        return Preemption.tryFor(pod, promised, refusals);
    }

    /// The nodes that no filter refuses, both with the nominated Pods in place and, since those may never come,
    /// without.
    private static List<NodeInfo> fitting(
            PodInfo pod, Cluster promised, Cluster actual, Map<String, Verdict.Unfit> refusals) {
        List<Filter.Test> tests = tests(pod, promised);
        List<Filter.Test> actualTests = promised == actual ? tests : tests(pod, actual);
        var fitting = new ArrayList<NodeInfo>();
        for (NodeInfo node : actual.nodes().values()) {
            NodeInfo withPromised = promised.nodes().getOrDefault(node.name(), node);
            Optional<Verdict.Unfit> refusal = ask(tests, withPromised);
            if (refusal.isEmpty() && promised != actual) refusal = ask(actualTests, node);
            refusal.ifPresentOrElse(unfit -> refusals.put(node.name(), unfit), () -> fitting.add(node));
        }
        return fitting;
    }

    static List<Filter.Test> tests(PodInfo pod, Cluster cluster) {
        var tests = new ArrayList<Filter.Test>();
        for (Filter filter : Plugins.FILTERS) filter.prepare(pod, cluster).ifPresent(tests::add);
        return tests;
    }

    /// The first refusal.
    static Optional<Verdict.Unfit> ask(List<Filter.Test> tests, NodeInfo node) {
        for (Filter.Test test : tests) if (test.of(node) instanceof Verdict.Unfit unfit) return Optional.of(unfit);
        return Optional.empty();
    }

    private static NodeInfo best(PodInfo pod, List<NodeInfo> nodes, Cluster cluster, Randomness chance) {
        if (nodes.size() == 1) return nodes.getFirst();
        double[] totals = new double[nodes.size()];
        for (Score score : Plugins.SCORES) {
            Optional<double[]> raw = score.of(pod, nodes, cluster);
            if (raw.isEmpty()) continue;
            double[] scaled = scale(raw.get(), score.scale());
            for (int i = 0; i < totals.length; i++) totals[i] += scaled[i] * score.weight();
        }
        NodeInfo best = nodes.getFirst();
        int ties = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < totals.length; i++) {
            if (totals[i] > highest) {
                highest = totals[i];
                best = nodes.get(i);
                ties = 1;
            } else if (totals[i] == highest && chance.below(++ties) == 0) {
                best = nodes.get(i);
            }
        }
        return best;
    }

    private static double[] scale(double[] raw, Score.Scale scale) {
        double highest = Double.NEGATIVE_INFINITY;
        double lowest = Double.POSITIVE_INFINITY;
        for (double value : raw) {
            highest = Math.max(highest, value);
            lowest = Math.min(lowest, value);
        }
        double[] scaled = new double[raw.length];
        for (int i = 0; i < raw.length; i++)
            scaled[i] = switch (scale) {
                case AS_IS -> raw[i];
                case BY_HIGHEST -> highest <= 0 ? 0 : Math.floor(raw[i] * Score.MOST / highest);
                case FEWEST_FIRST -> highest <= 0 ? Score.MOST : Score.MOST - Math.floor(raw[i] * Score.MOST / highest);
                case BY_RANGE ->
                    highest == lowest ? 0 : Math.floor((raw[i] - lowest) * Score.MOST / (highest - lowest));
            };
        return scaled;
    }

    private static Cluster withNominated(PodInfo pod, Cluster cluster, Map<String, List<PodInfo>> nominated) {
        Cluster promised = cluster;
        for (var entry : nominated.entrySet()) {
            NodeInfo node = promised.nodes().get(entry.getKey());
            if (node == null) continue;
            for (PodInfo other : entry.getValue())
                if (other.priority() >= pod.priority()
                        && !other.pod().uid().equals(pod.pod().uid())) node = node.with(other);
            if (node != promised.nodes().get(entry.getKey())) promised = promised.with(node);
        }
        return promised;
    }

    /// `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {a: b}.`
    static String message(Map<String, Verdict.Unfit> refusals) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Verdict.Unfit refusal : refusals.values())
            for (String reason : refusal.reasons()) counts.merge(reason, 1, Integer::sum);
        return available(refusals.size()) + histogram(counts) + ".";
    }

    static String histogram(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    static String available(int nodes) {
        return "0/" + nodes + " nodes are available: ";
    }

    /// A reason that concerns no node in particular is not followed by counts, only by what the attempt to
    /// preempt
    /// came to.
    private static String nowhereMessage(Cluster cluster, String reason) {
        return available(cluster.nodes().size()) + reason + ". not found";
    }
}
