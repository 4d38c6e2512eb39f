package io.amphora.apiserver.metrics;

import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.registry.Registry;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Key;
import io.amphora.machinery.metrics.Exposition;
import io.amphora.machinery.metrics.Exposition.Type;
import io.amphora.machinery.metrics.MetricSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// How many objects of each kind there are, and how many watch them.
public record StateFigures(ClusterState state, Registry registry) implements MetricSource {
    @Override
    public void writeTo(Exposition out) {
        List<ResourceDefinition<?>> stored = registry.all().stream()
                .filter(kind -> Key.stored(kind) == kind && kind.verbs().contains("watch"))
                .sorted(Comparator.comparing(ResourceDefinition::qualifiedName))
                .toList();
        watchers(out, stored);
        objects(out, stored);
    }

    private void watchers(Exposition out, List<ResourceDefinition<?>> kinds) {
        out.family(
                "apiserver_registered_watchers",
                Type.GAUGE,
                "[ALPHA] Number of currently registered watchers for a given resources");
        Map<String, Integer> watchers = state.watchersByPrefix();
        for (ResourceDefinition<?> kind : kinds) {
            int count = watchers.getOrDefault(Key.prefix(kind), 0);
            if (count > 0) out.sample(count, "group", kind.group(), "kind", kind.kind(), "version", kind.version());
        }
    }

    private void objects(Exposition out, List<ResourceDefinition<?>> kinds) {
        var now = state.now();
        out.family(
                "apiserver_resource_objects",
                Type.GAUGE,
                "[ALPHA] Number of stored objects at the time of last check split by kind. In case of a fetching error,"
                        + " the value will be -1.");
        for (ResourceDefinition<?> kind : kinds)
            out.sample(now.list(Key.prefix(kind)).size(), "group", kind.group(), "resource", kind.plural());
        out.family(
                "apiserver_storage_objects",
                Type.GAUGE,
                "[STABLE] (Deprecated since 1.34.0) Number of stored objects at the time of last check split by kind. In"
                        + " case of a fetching error, the value will be -1.");
        for (ResourceDefinition<?> kind : kinds)
            out.sample(now.list(Key.prefix(kind)).size(), "resource", kind.qualifiedName());
    }
}
