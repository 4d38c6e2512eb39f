package io.amphora.apiserver.registry;

import io.amphora.api.ResourceDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The kinds that are served: the built-in ones, and those that CRDs define for as long as they do.
///
/// Readers see one immutable index; a change of the custom kinds replaces it.
public final class Registry {
    private record Path(String group, String version, String plural) {
        static Path of(ResourceDefinition<?> kind) {
            return new Path(kind.group(), kind.version(), kind.plural());
        }
    }

    private record Index(
            List<ResourceDefinition<?>> all,
            List<ResourceDefinition<?>> custom,
            Map<Path, ResourceDefinition<?>> byPath) {}

    private final List<ResourceDefinition<?>> builtIn;
    private volatile Index index;

    public Registry(Collection<? extends ResourceDefinition<?>> builtIn) {
        this.builtIn = List.copyOf(builtIn);
        this.index = index(List.of());
    }

    /// Replaces the kinds that are not built in.
    public void defineCustom(List<ResourceDefinition<?>> custom) {
        index = index(custom);
    }

    /// What is built in is not taken away by a definition of the same name.
    private Index index(List<ResourceDefinition<?>> custom) {
        var byPath = new LinkedHashMap<Path, ResourceDefinition<?>>();
        for (ResourceDefinition<?> kind : builtIn) byPath.put(Path.of(kind), kind);
        var added = new ArrayList<ResourceDefinition<?>>();
        for (ResourceDefinition<?> kind : custom) if (byPath.putIfAbsent(Path.of(kind), kind) == null) added.add(kind);
        return new Index(List.copyOf(byPath.values()), List.copyOf(added), Map.copyOf(byPath));
    }

    public Optional<ResourceDefinition<?>> find(String group, String version, String plural) {
        return Optional.ofNullable(index.byPath.get(new Path(group, version, plural)));
    }

    /// By what objects say of themselves.
    public Optional<ResourceDefinition<?>> findKind(String apiVersion, String kind) {
        for (ResourceDefinition<?> each : index.all)
            if (each.kind().equals(kind) && each.gvk().apiVersion().equals(apiVersion)) return Optional.of(each);
        return Optional.empty();
    }

    /// A built-in kind that the server itself works with.
    public ResourceDefinition<?> builtIn(String group, String version, String plural) {
        return find(group, version, plural)
                .orElseThrow(
                        () -> new IllegalStateException("no built-in kind " + plural + " in " + group + "/" + version));
    }

    /// All kinds, in the order of discovery.
    public List<ResourceDefinition<?>> all() {
        return index.all;
    }

    public boolean isCustom(ResourceDefinition<?> kind) {
        return index.custom.contains(kind);
    }

    /// The groups in the order of discovery, the core group ("") first.
    public Collection<String> groups() {
        var groups = new LinkedHashSet<String>();
        for (ResourceDefinition<?> kind : index.all) groups.add(kind.group());
        return groups;
    }

    /// The kinds of one version of a group, in the order of discovery; none when it is not served.
    public List<ResourceDefinition<?>> of(String group, String version) {
        return index.all.stream()
                .filter(kind -> kind.group().equals(group) && kind.version().equals(version))
                .toList();
    }
}
