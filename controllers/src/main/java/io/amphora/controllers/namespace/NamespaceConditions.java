package io.amphora.controllers.namespace;

import io.amphora.api.Views;
import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.NamespaceCondition;
import io.amphora.client.Target;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The five conditions that tell why a namespace is not gone yet.
final class NamespaceConditions {
    private NamespaceConditions() {}

    static Namespace of(
            Namespace namespace,
            Map<Target<?>, List<ObjectTree>> left,
            List<String> problems,
            Map<String, String> undiscovered,
            Instant now) {
        var conditions = new ArrayList<NamespaceCondition>();
        conditions.add(
                undiscovered.isEmpty()
                        ? said(
                                "NamespaceDeletionDiscoveryFailure",
                                "False",
                                "ResourcesDiscovered",
                                "All resources successfully discovered")
                        : said(
                                "NamespaceDeletionDiscoveryFailure",
                                "True",
                                "DiscoveryFailed",
                                "Discovery failed for some groups, " + undiscovered.size() + " failing: "
                                        + undiscovered(undiscovered)));
        conditions.add(said(
                "NamespaceDeletionGroupVersionParsingFailure",
                "False",
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed"));
        conditions.add(
                problems.isEmpty()
                        ? said(
                                "NamespaceDeletionContentFailure",
                                "False",
                                "ContentDeleted",
                                "All content successfully deleted, may be waiting on finalization")
                        : said(
                                "NamespaceDeletionContentFailure",
                                "True",
                                "ContentDeletionFailed",
                                "Failed to delete all resource types, " + problems.size() + " remaining: "
                                        + problems.stream().sorted().collect(Collectors.joining(", "))));
        conditions.add(
                left.isEmpty()
                        ? said(
                                "NamespaceContentRemaining",
                                "False",
                                "ContentRemoved",
                                "All content successfully removed")
                        : said("NamespaceContentRemaining", "True", "SomeResourcesRemain", remaining(left)));
        Map<String, Integer> finalizers = finalizers(left);
        conditions.add(
                finalizers.isEmpty()
                        ? said(
                                "NamespaceFinalizersRemaining",
                                "False",
                                "ContentHasNoFinalizers",
                                "All content-preserving finalizers finished")
                        : said("NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", holding(finalizers)));
        return withConditions(namespace, conditions, now);
    }

    private static String undiscovered(Map<String, String> groups) {
        return new TreeMap<>(groups)
                .entrySet().stream()
                        .map(each -> each.getKey() + ": " + each.getValue())
                        .collect(Collectors.joining(", ", "unable to retrieve the complete list of server APIs: ", ""));
    }

    private static NamespaceCondition said(String type, String status, String reason, String message) {
        return new NamespaceCondition(
                ObjectTree.of("type", type, "status", status, "reason", reason, "message", message));
    }

    private static String remaining(Map<Target<?>, List<ObjectTree>> left) {
        return left.entrySet().stream()
                .map(each -> each.getKey().plural() + "." + each.getKey().group() + " has "
                        + each.getValue().size() + " resource instances")
                .sorted()
                .collect(Collectors.joining(", ", "Some resources are remaining: ", ""));
    }

    private static Map<String, Integer> finalizers(Map<Target<?>, List<ObjectTree>> left) {
        var counts = new TreeMap<String, Integer>();
        for (List<ObjectTree> objects : left.values())
            for (ObjectTree object : objects)
                for (Tree finalizer : object.object("metadata").list("finalizers"))
                    counts.merge(String.valueOf(finalizer.text()), 1, Integer::sum);
        return counts;
    }

    private static String holding(Map<String, Integer> finalizers) {
        return finalizers.entrySet().stream()
                .map(each -> each.getKey() + " in " + each.getValue() + " resource instances")
                .collect(Collectors.joining(", ", "Some content in the namespace has finalizers remaining: ", ""));
    }

    /// What is said already keeps its time.
    private static Namespace withConditions(Namespace namespace, List<NamespaceCondition> said, Instant now) {
        var conditions = new ArrayList<>(namespace.status().conditions());
        for (NamespaceCondition each : said) {
            Optional<NamespaceCondition> before = conditions.stream()
                    .filter(other -> other.type().equals(each.type()))
                    .findFirst();
            Tree since = before.filter(other -> other.status().equals(each.status()))
                    .map(other -> other.tree().get("lastTransitionTime"))
                    .orElse(Views.tree(now));
            NamespaceCondition timed = new NamespaceCondition(each.tree().with("lastTransitionTime", since));
            if (before.isPresent()) conditions.set(conditions.indexOf(before.get()), timed);
            else conditions.add(timed);
        }
        return namespace.withStatus(namespace.status().withPhase("Terminating").withConditions(conditions));
    }
}
