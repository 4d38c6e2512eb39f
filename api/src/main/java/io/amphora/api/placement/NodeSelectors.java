package io.amphora.api.placement;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.NodeSelectorRequirement;
import io.amphora.api.core.v1.NodeSelectorTerm;
import io.amphora.api.core.v1.PodSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Node selector terms: any term suffices, and in a term every requirement must hold. An empty term matches
/// nothing.
public final class NodeSelectors {
    private NodeSelectors() {}

    /// Whether the node is one that a Pod's nodeSelector and required node affinity name.
    public static boolean select(PodSpec spec, Node node) {
        Map<String, String> labels = node.metadata().labels();
        for (var wanted : spec.nodeSelector().entrySet())
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) return false;
        return spec.affinity()
                .nodeAffinity()
                .findRequiredDuringSchedulingIgnoredDuringExecution()
                .map(selector -> anyMatches(selector.nodeSelectorTerms(), node))
                .orElse(true);
    }

    public static boolean anyMatches(List<NodeSelectorTerm> terms, Node node) {
        return terms.stream().anyMatch(term -> matches(term, node));
    }

    public static boolean matches(NodeSelectorTerm term, Node node) {
        if (term.matchExpressions().isEmpty() && term.matchFields().isEmpty()) return false;
        Map<String, String> labels = node.metadata().labels();
        return term.matchExpressions().stream()
                        .allMatch(requirement -> holds(requirement, labels.get(requirement.key())))
                && term.matchFields().stream()
                        .allMatch(requirement ->
                                holds(requirement, requirement.key().equals("metadata.name") ? node.name() : null));
    }

    private static boolean holds(NodeSelectorRequirement requirement, @Nullable String value) {
        List<String> values = requirement.values();
        return switch (requirement.operator()) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> compare(value, values) > 0;
            case "Lt" -> compare(value, values) < 0;
            default -> false;
        };
    }

    private static int compare(@Nullable String value, List<String> values) {
        if (value == null || values.size() != 1) return 0;
        try {
            return Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()));
        } catch (NumberFormatException notWhole) {
            return 0;
        }
    }
}
