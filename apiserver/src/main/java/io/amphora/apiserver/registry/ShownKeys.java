package io.amphora.apiserver.registry;

import io.amphora.api.ResourceDefinition;
import java.util.Map;
import java.util.Set;

/// Where Kubernetes keeps objects in etcd, below its prefix: messages of its store name the place.
final class ShownKeys {
    /// Kinds whose place has a name of its own, from before they had theirs.
    private static final Map<String, String> OLD_NAMES = Map.of(
            "nodes", "minions",
            "services", "services/specs",
            "endpoints", "services/endpoints",
            "replicationcontrollers", "controllers",
            "ingresses", "ingress");

    /// Groups of the servers that Kubernetes' API server is composed of, which keep their group in the place.
    private static final Set<String> GROUPED = Set.of("apiextensions.k8s.io", "apiregistration.k8s.io");

    private ShownKeys() {}

    /// Such as `/services/specs/`.
    static String prefix(ResourceDefinition<?> stored) {
        boolean grouped = !stored.isBuiltIn() || GROUPED.contains(stored.group());
        return "/" + (grouped ? stored.group() + "/" : "") + OLD_NAMES.getOrDefault(stored.plural(), stored.plural())
                + "/";
    }
}
