package io.amphora.scheduler.plugin;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PreferredSchedulingTerm;
import io.amphora.api.placement.NodeSelectors;
import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import io.amphora.scheduler.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Holds Pods to their nodeSelector and required node affinity, and prefers the nodes of their preferred terms.
final class NodeAffinity implements Filter, Score {
    @Override
    public Optional<Test> prepare(PodInfo info, Cluster cluster) {
        Pod pod = info.pod();
        boolean required = pod.spec()
                .affinity()
                .nodeAffinity()
                .findRequiredDuringSchedulingIgnoredDuringExecution()
                .isPresent();
        if (pod.spec().nodeSelector().isEmpty() && !required) return Optional.empty();
        if (required && namesOnlyMissingNodes(pod, cluster))
            throw new NowhereException("node(s) didn't satisfy plugin(s) [NodeAffinity]");
        return Optional.of(node -> matches(pod, node)
                ? Verdict.FITS
                : Verdict.unsuitable("node(s) didn't match Pod's node affinity/selector"));
    }

    static boolean matches(Pod pod, NodeInfo node) {
        return NodeSelectors.select(pod.spec(), node.node());
    }

    /// Whether every term names its nodes by metadata.name and none of those exists.
    private static boolean namesOnlyMissingNodes(Pod pod, Cluster cluster) {
        Set<String> named = new HashSet<>();
        var terms = pod.spec()
                .affinity()
                .nodeAffinity()
                .requiredDuringSchedulingIgnoredDuringExecution()
                .nodeSelectorTerms();
        for (var term : terms) {
            var names = term.matchFields().stream()
                    .filter(field -> field.key().equals("metadata.name")
                            && field.operator().equals("In"))
                    .flatMap(field -> field.values().stream())
                    .toList();
            if (names.isEmpty()) return false;
            named.addAll(names);
        }
        return !terms.isEmpty() && named.stream().noneMatch(cluster.nodes()::containsKey);
    }

    @Override
    public Optional<double[]> of(PodInfo pod, List<NodeInfo> nodes, Cluster cluster) {
        List<PreferredSchedulingTerm> preferred =
                pod.pod().spec().affinity().nodeAffinity().preferredDuringSchedulingIgnoredDuringExecution();
        if (preferred.isEmpty()) return Optional.empty();
        return Optional.of(nodes.stream()
                .mapToDouble(node -> preferred.stream()
                        .filter(term -> NodeSelectors.matches(term.preference(), node.node()))
                        .mapToInt(PreferredSchedulingTerm::weight)
                        .sum())
                .toArray());
    }

    @Override
    public Scale scale() {
        return Scale.BY_HIGHEST;
    }

    @Override
    public double weight() {
        return 2;
    }
}
