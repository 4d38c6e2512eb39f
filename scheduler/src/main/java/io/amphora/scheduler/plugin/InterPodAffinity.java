package io.amphora.scheduler.plugin;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodAffinityTerm;
import io.amphora.api.core.v1.WeightedPodAffinityTerm;
import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import io.amphora.scheduler.Verdict;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Brings Pods near to those they want to be near, and keeps those apart of whom one repels the other. "Near"
/// is an
/// equal
/// value of a node label, the term's topology key.
final class InterPodAffinity implements Filter, Score {

    /// A value of a topology key.
    private record Domain(String key, String value) {}

    @Override
    public Optional<Test> prepare(PodInfo info, Cluster cluster) {
        Pod pod = info.pod();
        List<PodAffinityTerm> wanted =
                pod.spec().affinity().podAffinity().requiredDuringSchedulingIgnoredDuringExecution();
        List<PodAffinityTerm> shunned = info.antiAffinity();
        Set<Domain> repelling = domainsThatRepel(pod, cluster);
        if (wanted.isEmpty() && shunned.isEmpty() && repelling.isEmpty()) return Optional.empty();
        Set<Domain> near = domainsOf(wanted, true, pod, cluster);
        Set<Domain> far = domainsOf(shunned, false, pod, cluster);
        boolean first = near.isEmpty() && wanted.stream().allMatch(term -> selects(term, pod, pod, cluster));
        return Optional.of(node -> {
            for (PodAffinityTerm term : wanted) {
                String value = node.labels().get(term.topologyKey());
                boolean met = value != null && (first || near.contains(new Domain(term.topologyKey(), value)));
                if (!met) return Verdict.unsuitable("node(s) didn't match pod affinity rules");
            }
            for (PodAffinityTerm term : shunned)
                if (isIn(node, term.topologyKey(), far))
                    return Verdict.occupied("node(s) didn't match pod anti-affinity rules");
            for (Domain domain : repelling)
                if (domain.value().equals(node.labels().get(domain.key())))
                    return Verdict.occupied("node(s) didn't satisfy existing pods anti-affinity rules");
            return Verdict.FITS;
        });
    }

    private static boolean isIn(NodeInfo node, String key, Set<Domain> domains) {
        String value = node.labels().get(key);
        return value != null && domains.contains(new Domain(key, value));
    }

    /// Where Pods stand that terms select: of affinity terms a Pod must satisfy all, of anti-affinity terms any.
    private static Set<Domain> domainsOf(List<PodAffinityTerm> terms, boolean all, Pod pod, Cluster cluster) {
        var domains = new HashSet<Domain>();
        if (terms.isEmpty()) return domains;
        for (NodeInfo node : cluster.nodes().values()) {
            for (PodInfo other : node.pods()) {
                List<PodAffinityTerm> met = terms.stream()
                        .filter(term -> selects(term, pod, other.pod(), cluster))
                        .toList();
                if (all && met.size() < terms.size()) continue;
                for (PodAffinityTerm term : met) add(domains, node, term.topologyKey());
            }
        }
        return domains;
    }

    /// Where Pods stand whose own required anti-affinity selects this Pod.
    private static Set<Domain> domainsThatRepel(Pod pod, Cluster cluster) {
        var domains = new HashSet<Domain>();
        for (NodeInfo node : cluster.nodes().values())
            for (PodInfo other : node.pods())
                for (PodAffinityTerm term : other.antiAffinity())
                    if (selects(term, other.pod(), pod, cluster)) add(domains, node, term.topologyKey());
        return domains;
    }

    private static void add(Set<Domain> domains, NodeInfo node, String key) {
        String value = node.labels().get(key);
        if (value != null) domains.add(new Domain(key, value));
    }

    /// Whether a term that `owner` has selects `other`. The server has written matchLabelKeys into the selector
    /// already.
    private static boolean selects(PodAffinityTerm term, Pod owner, Pod other, Cluster cluster) {
        return selectsNamespace(term, owner, other, cluster)
                && term.findLabelSelector().isPresent()
                && Selectors.matches(term.labelSelector(), other.metadata().labels());
    }

    private static boolean selectsNamespace(PodAffinityTerm term, Pod owner, Pod other, Cluster cluster) {
        if (term.namespaces().contains(other.namespace())) return true;
        if (term.findNamespaceSelector().isPresent())
            return Selectors.matches(term.namespaceSelector(), cluster.labelsOfNamespace(other.namespace()));
        return term.namespaces().isEmpty() && owner.namespace().equals(other.namespace());
    }

    @Override
    public Optional<double[]> of(PodInfo info, List<NodeInfo> nodes, Cluster cluster) {
        Pod pod = info.pod();
        Map<Domain, Double> weights = new HashMap<>();
        for (NodeInfo node : cluster.nodes().values()) {
            for (PodInfo other : node.pods()) {
                weigh(pod, other.pod(), node, cluster, weights);
                weigh(other.pod(), pod, node, cluster, weights);
                for (PodAffinityTerm term :
                        other.pod().spec().affinity().podAffinity().requiredDuringSchedulingIgnoredDuringExecution())
                    if (selects(term, other.pod(), pod, cluster)) add(weights, node, term.topologyKey(), 1);
            }
        }
        if (weights.isEmpty()) return Optional.empty();
        return Optional.of(nodes.stream()
                .mapToDouble(node -> weights.entrySet().stream()
                        .filter(weight -> weight.getKey()
                                .value()
                                .equals(node.labels().get(weight.getKey().key())))
                        .mapToDouble(Map.Entry::getValue)
                        .sum())
                .toArray());
    }

    /// Adds what `owner`'s preferences say of `other`, at the node where the one of them stands that has a place
    /// already.
    private static void weigh(Pod owner, Pod other, NodeInfo node, Cluster cluster, Map<Domain, Double> weights) {
        var affinity = owner.spec().affinity();
        for (WeightedPodAffinityTerm term : affinity.podAffinity().preferredDuringSchedulingIgnoredDuringExecution())
            if (selects(term.podAffinityTerm(), owner, other, cluster))
                add(weights, node, term.podAffinityTerm().topologyKey(), term.weight());
        for (WeightedPodAffinityTerm term :
                affinity.podAntiAffinity().preferredDuringSchedulingIgnoredDuringExecution())
            if (selects(term.podAffinityTerm(), owner, other, cluster))
                add(weights, node, term.podAffinityTerm().topologyKey(), -term.weight());
    }

    private static void add(Map<Domain, Double> weights, NodeInfo node, String key, double weight) {
        String value = node.labels().get(key);
        if (value != null) weights.merge(new Domain(key, value), weight, Double::sum);
    }

    @Override
    public Scale scale() {
        return Scale.BY_RANGE;
    }

    @Override
    public double weight() {
        return 2;
    }
}
