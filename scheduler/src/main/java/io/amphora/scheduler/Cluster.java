package io.amphora.scheduler;

import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.PersistentVolume;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.policy.v1.PodDisruptionBudget;
import io.amphora.api.storage.v1.CSINode;
import io.amphora.api.storage.v1.StorageClass;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What one decision sees: every node with its Pods, and what else plugins ask about. Immutable, so a what-if
/// is a
/// copy.
///
/// @param nodes by name
/// @param claims by `namespace/name`, volumes, classes, attachment limits and namespaces by name
public record Cluster(
        Map<String, NodeInfo> nodes,
        Map<String, PersistentVolumeClaim> claims,
        Map<String, PersistentVolume> volumes,
        Map<String, StorageClass> classes,
        Map<String, CSINode> attachLimits,
        Map<String, Namespace> namespaces,
        List<PodDisruptionBudget> budgets) {

    public Stream<PodInfo> pods() {
        return nodes.values().stream().flatMap(node -> node.pods().stream());
    }

    /// The same cluster with one node as it would be.
    public Cluster with(NodeInfo node) {
        var changed = new LinkedHashMap<>(nodes);
        changed.put(node.name(), node);
        return new Cluster(changed, claims, volumes, classes, attachLimits, namespaces, budgets);
    }

    public Optional<PersistentVolumeClaim> findClaim(String namespace, String name) {
        return Optional.ofNullable(claims.get(namespace + "/" + name));
    }

    public Map<String, String> labelsOfNamespace(String name) {
        Namespace namespace = namespaces.get(name);
        return namespace == null ? Map.of() : namespace.metadata().labels();
    }
}
