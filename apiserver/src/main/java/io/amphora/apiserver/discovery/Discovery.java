package io.amphora.apiserver.discovery;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Subresource;
import io.amphora.apiserver.state.Key;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The documents that say what a server serves, made from its kinds. Immutable; a server whose kinds change
/// makes a new one.
///
/// | path | document |
/// |---|---|
/// | `/api` | the versions of the core group |
/// | `/apis` | all other groups |
/// | `/apis/apps` | one group |
/// | `/api/v1`, `/apis/apps/v1` | the resources of one version |
/// | `/api`, `/apis` as APIGroupDiscoveryList | all of that at once (KEP-3352) |
public final class Discovery {
    private final Map<String, Map<String, List<ResourceDefinition<?>>>> groups =
            new TreeMap<>(GroupPriorities::compare);
    private final String serverAddress;

    /// @param serverAddress `host:port` as clients reach it
    public Discovery(Collection<ResourceDefinition<?>> kinds, String serverAddress) {
        this.serverAddress = serverAddress;
        for (ResourceDefinition<?> kind : kinds)
            groups.computeIfAbsent(
                            kind.group(),
                            any -> new TreeMap<>(
                                    Comparator.comparing(Discovery::rank).reversed()))
                    .computeIfAbsent(kind.version(), any -> new ArrayList<>())
                    .add(kind);
        for (var versions : groups.values())
            for (var inVersion : versions.values()) inVersion.sort(Comparator.comparing(ResourceDefinition::plural));
    }

    /// Orders versions: `v2` over `v1` over `v1beta2` over `v1beta1` over `v1alpha1`.
    private static String rank(String version) {
        var form = Pattern.compile("v(\\d+)(?:(alpha|beta)(\\d+))?").matcher(version);
        if (!form.matches()) return "0" + version;
        String stability = form.group(2) == null ? "3" : form.group(2).equals("beta") ? "2" : "1";
        String minor = form.group(3) == null ? "0" : form.group(3);
        return stability + "%04d%04d".formatted(Integer.parseInt(form.group(1)), Integer.parseInt(minor));
    }

    /// `/api`
    public ObjectTree coreVersions() {
        return ObjectTree.of(
                "kind", "APIVersions",
                "versions",
                        ListTree.from(
                                List.copyOf(groups.getOrDefault("", Map.of()).keySet())),
                "serverAddressByClientCIDRs",
                        ListTree.of(ObjectTree.of("clientCIDR", "0.0.0.0/0", "serverAddress", serverAddress)));
    }

    /// `/apis`
    public ObjectTree groups() {
        var all = new ArrayList<Tree>();
        for (String group : groups.keySet()) if (!group.isEmpty()) all.add(group(group, false));
        return ObjectTree.of("kind", "APIGroupList", "apiVersion", "v1", "groups", new ListTree(all));
    }

    /// `/apis/GROUP`
    public Optional<ObjectTree> findGroup(String group) {
        return group.isEmpty() || !groups.containsKey(group) ? Optional.empty() : Optional.of(group(group, true));
    }

    private ObjectTree group(String group, boolean alone) {
        List<Tree> versions = groups.getOrDefault(group, Map.of()).keySet().stream()
                .<Tree>map(version -> ObjectTree.of("groupVersion", group + "/" + version, "version", version))
                .toList();
        ObjectTree described = ObjectTree.of(
                "name", group, "versions", new ListTree(versions), "preferredVersion", versions.getFirst());
        return alone ? described.with("kind", "APIGroup").with("apiVersion", "v1") : described;
    }

    public boolean hasGroup(String group) {
        return groups.containsKey(group);
    }

    /// `/api/v1`, `/apis/GROUP/VERSION`
    public Optional<ObjectTree> findResources(String group, String version) {
        List<ResourceDefinition<?>> kinds = groups.getOrDefault(group, Map.of()).get(version);
        if (kinds == null) return Optional.empty();
        var resources = new ArrayList<Tree>();
        for (ResourceDefinition<?> kind : kinds) {
            resources.add(resource(kind));
            for (Subresource subresource : subresources(kind)) resources.add(resource(kind, subresource));
        }
        ObjectTree list = ObjectTree.of(
                "kind",
                "APIResourceList",
                "groupVersion",
                group.isEmpty() ? version : group + "/" + version,
                "resources",
                new ListTree(resources));
        return Optional.of(group.isEmpty() ? list : list.with("apiVersion", "v1"));
    }

    private static List<Subresource> subresources(ResourceDefinition<?> kind) {
        return kind.subresources().stream()
                .sorted()
                .map(name -> Subresource.of(kind, name))
                .toList();
    }

    private static ObjectTree resource(ResourceDefinition<?> kind) {
        var resource = ObjectTree.builder()
                .put("name", kind.plural())
                .put("singularName", kind.singular())
                .put("namespaced", kind.namespaced())
                .put("kind", kind.kind())
                .put("verbs", verbs(kind.verbs()));
        if (!kind.shortNames().isEmpty()) resource.put("shortNames", ListTree.from(kind.shortNames()));
        if (!kind.categories().isEmpty()) resource.put("categories", ListTree.from(kind.categories()));
        if (kind.verbs().contains("watch")) resource.put("storageVersionHash", storageVersionHash(kind));
        return resource.build();
    }

    /// Changes when objects are stored in another form: then they should all be written anew.
    private static String storageVersionHash(ResourceDefinition<?> kind) {
        ResourceDefinition<?> stored = Key.stored(kind);
        String form = stored.group() + "/" + stored.version() + "/" + stored.kind();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(form.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(Arrays.copyOf(digest, 8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ObjectTree resource(ResourceDefinition<?> kind, Subresource subresource) {
        GroupVersionKind body = subresource.gvk();
        var resource = ObjectTree.builder()
                .put("name", kind.plural() + "/" + subresource.name())
                .put("singularName", "")
                .put("namespaced", kind.namespaced())
                .put("kind", body.kind())
                .put("verbs", verbs(subresource.verbs()));
        boolean foreign = !body.group().equals(kind.group()) || !body.version().equals(kind.version());
        if (foreign) {
            if (!body.group().isEmpty()) resource.put("group", body.group());
            resource.put("version", body.version());
        }
        return resource.build();
    }

    private static ListTree verbs(Collection<String> verbs) {
        return ListTree.from(verbs.stream().sorted().toList());
    }

    /// Everything of the core group, or of all others, as one list (apidiscovery.k8s.io/v2).
    public ObjectTree aggregated(boolean core) {
        var items = new ArrayList<Tree>();
        groups.forEach((group, versions) -> {
            if (group.isEmpty() != core) return;
            var described = new ArrayList<Tree>();
            versions.forEach((version, kinds) -> described.add(ObjectTree.of(
                    "version",
                    version,
                    "freshness",
                    "Current",
                    "resources",
                    new ListTree(kinds.stream().<Tree>map(Discovery::aggregated).toList()))));
            ObjectTree metadata = group.isEmpty() ? ObjectTree.EMPTY : ObjectTree.of("name", group);
            items.add(ObjectTree.of("metadata", metadata, "versions", new ListTree(described)));
        });
        return ObjectTree.of(
                "kind",
                "APIGroupDiscoveryList",
                "apiVersion",
                "apidiscovery.k8s.io/v2",
                "metadata",
                ObjectTree.EMPTY,
                "items",
                new ListTree(items));
    }

    /// The resource's own group and version are told by where it stands, so its kind leaves them out.
    private static ObjectTree aggregated(ResourceDefinition<?> kind) {
        var resource = ObjectTree.builder()
                .put("resource", kind.plural())
                .put("responseKind", ObjectTree.of("group", "", "version", "", "kind", kind.kind()))
                .put("scope", kind.namespaced() ? "Namespaced" : "Cluster")
                .put("singularResource", kind.singular())
                .put("verbs", verbs(kind.verbs()));
        if (!kind.shortNames().isEmpty()) resource.put("shortNames", ListTree.from(kind.shortNames()));
        if (!kind.categories().isEmpty()) resource.put("categories", ListTree.from(kind.categories()));
        List<Subresource> subresources = subresources(kind);
        if (!subresources.isEmpty())
            resource.put(
                    "subresources",
                    new ListTree(subresources.stream()
                            .<Tree>map(each -> aggregated(kind, each))
                            .toList()));
        return resource.build();
    }

    private static ObjectTree aggregated(ResourceDefinition<?> kind, Subresource subresource) {
        GroupVersionKind body = subresource.gvk();
        boolean own = body.group().equals(kind.group()) && body.version().equals(kind.version());
        return ObjectTree.of(
                "subresource", subresource.name(),
                "responseKind",
                        ObjectTree.of(
                                "group",
                                own ? "" : body.group(),
                                "version",
                                own ? "" : body.version(),
                                "kind",
                                body.kind()),
                "verbs", verbs(subresource.verbs()));
    }
}
