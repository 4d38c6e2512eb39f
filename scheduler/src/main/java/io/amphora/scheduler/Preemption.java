package io.amphora.scheduler;

import io.amphora.api.policy.v1.PodDisruptionBudget;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.scheduler.plugin.Filter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Finds the node where evicting Pods of lower priority costs least, for a Pod that fits nowhere.
final class Preemption {
    private static final String NOT_HELPFUL = "Preemption is not helpful for scheduling";
    private static final String NO_VICTIMS = "No preemption victims found for incoming pod";

    /// @param victims in descending order of priority
    private record Candidate(String node, List<PodInfo> victims, int broken) {
        int highestPriority() {
            return victims.getFirst().priority();
        }

        /// Shifted, so that of equal highest priorities fewer victims are a smaller sum.
        long sumOfPriorities() {
            return victims.stream()
                    .mapToLong(victim -> victim.priority() + (1L << 31))
                    .sum();
        }

        /// The start of the most recent of its victims of highest priority: the later, the less work is lost.
        Instant earliestStart() {
            return victims.stream()
                    .filter(victim -> victim.priority() == highestPriority())
                    .map(victim -> victim.pod().status().findStartTime().orElse(Instant.MAX))
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    private Preemption() {}

    static Decision tryFor(PodInfo pod, Cluster cluster, Map<String, Verdict.Unfit> refusals) {
        String message = Scheduling.message(refusals);
        if (pod.pod().spec().preemptionPolicy().equals("Never"))
            return new Decision.Wait(
                    message + " no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.");
        if (waitsForVictims(pod, cluster)) return new Decision.Wait(message);
        Map<String, Integer> outcomes = new TreeMap<>();
        var candidates = new ArrayList<Candidate>();
        refusals.forEach((name, refusal) -> {
            NodeInfo node = cluster.nodes().get(name);
            if (!refusal.resolvable() || node == null) {
                outcomes.merge(NOT_HELPFUL, 1, Integer::sum);
                return;
            }
            candidateOn(node, pod, cluster)
                    .ifPresentOrElse(candidates::add, () -> outcomes.merge(NO_VICTIMS, 1, Integer::sum));
        });
        return candidates.stream()
                .min(Comparator.comparingInt(Candidate::broken)
                        .thenComparingInt(Candidate::highestPriority)
                        .thenComparingLong(Candidate::sumOfPriorities)
                        .thenComparingInt(candidate -> candidate.victims().size())
                        .thenComparing(Candidate::earliestStart, Comparator.reverseOrder()))
                .<Decision>map(chosen -> new Decision.Preempt(chosen.node(), chosen.victims(), message))
                .orElseGet(() -> new Decision.Wait(message + " no new claims to deallocate, preemption: "
                        + Scheduling.available(refusals.size()) + Scheduling.histogram(outcomes) + "."));
    }

    /// Whether the Pod was promised a node where Pods of lower priority are still on their way out.
    private static boolean waitsForVictims(PodInfo pod, Cluster cluster) {
        NodeInfo promised = cluster.nodes().get(pod.pod().status().nominatedNodeName());
        return promised != null
                && promised.pods().stream()
                        .anyMatch(other -> other.isTerminating() && other.priority() < pod.priority());
    }

    /// Takes all Pods of lower priority off the node, and if the Pod then fits, puts back as many as can stay:
    /// first those
    /// that a disruption budget protects, then the others, the most important first.
    private static Optional<Candidate> candidateOn(NodeInfo node, PodInfo pod, Cluster cluster) {
        List<PodInfo> lower = node.pods().stream()
                .filter(other -> other.priority() < pod.priority())
                .sorted(Comparator.comparingInt(PodInfo::priority)
                        .reversed()
                        .thenComparing(
                                other -> other.pod().status().findStartTime().orElse(Instant.MAX)))
                .toList();
        if (lower.isEmpty()) return Optional.empty();
        NodeInfo emptied = node.without(lower::contains);
        if (!fits(pod, emptied, cluster)) return Optional.empty();
        List<PodInfo> protectedOnes = protectedByBudget(lower, cluster.budgets());
        var order = new ArrayList<>(protectedOnes);
        lower.stream().filter(other -> !protectedOnes.contains(other)).forEach(order::add);
        var victims = new ArrayList<PodInfo>();
        NodeInfo kept = emptied;
        for (PodInfo other : order) {
            NodeInfo with = kept.with(other);
            if (fits(pod, with, cluster)) kept = with;
            else victims.add(other);
        }
        if (victims.isEmpty()) return Optional.empty();
        int broken = (int) victims.stream().filter(protectedOnes::contains).count();
        victims.sort(Comparator.comparingInt(PodInfo::priority).reversed());
        return Optional.of(new Candidate(node.name(), List.copyOf(victims), broken));
    }

    private static boolean fits(PodInfo pod, NodeInfo node, Cluster cluster) {
        Cluster whatIf = cluster.with(node);
        List<Filter.Test> tests = Scheduling.tests(pod, whatIf);
        return Scheduling.ask(tests, node).isEmpty();
    }

    /// Those whose eviction would go beyond what some budget still allows, counted in the order given.
    private static List<PodInfo> protectedByBudget(List<PodInfo> pods, List<PodDisruptionBudget> budgets) {
        Map<PodDisruptionBudget, Integer> left = new HashMap<>();
        for (PodDisruptionBudget budget : budgets)
            left.put(budget, budget.status().disruptionsAllowed());
        return pods.stream()
                .filter(pod -> {
                    boolean breaks = false;
                    for (var entry : left.entrySet())
                        if (covers(entry.getKey(), pod)) {
                            entry.setValue(entry.getValue() - 1);
                            breaks |= entry.getValue() < 0;
                        }
                    return breaks;
                })
                .toList();
    }

    private static boolean covers(PodDisruptionBudget budget, PodInfo pod) {
        var labels = pod.pod().metadata().labels();
        return budget.namespace().equals(pod.pod().namespace())
                && !labels.isEmpty()
                && !budget.status().disruptedPods().containsKey(pod.pod().name())
                && budget.spec().findSelector().isPresent()
                && LabelSelector.of(budget.spec().selector().tree()).matches(labels);
    }
}
