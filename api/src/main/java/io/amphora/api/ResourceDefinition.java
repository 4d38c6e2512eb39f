package io.amphora.api;

import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Everything that makes one kind what it is: names, shape, behaviour, columns. One file per kind builds one of these,
/// [Kinds#ALL] lists them; a CRD is turned into one at runtime. The API server knows kinds by nothing else.
///
/// @param plural the name in paths (`deployments`)
/// @param subresources besides the main resource: `status`, `scale`, `binding`, `log`, `exec`, `eviction`, …
/// @param categories such as `all`
/// @param type makes the typed view of a tree
/// @param storage the definition whose form is stored, when this is a second version or a second group of the same
///     objects (`autoscaling/v1` of `autoscaling/v2`, `events.k8s.io` of core events); null when it is stored as it is
public record ResourceDefinition<T extends ApiObject>(
        GroupVersionKind gvk,
        String plural,
        String singular,
        List<String> shortNames,
        List<String> categories,
        boolean namespaced,
        Set<String> verbs,
        Set<String> subresources,
        Schema schema,
        Function<ObjectTree, T> type,
        Strategy<T> strategy,
        Columns<T> columns,
        @Nullable Conversion storage) {

    /// How one version of a kind becomes the stored one and back.
    public record Conversion(
            ResourceDefinition<?> stored, Function<ObjectTree, ObjectTree> toStored, Function<ObjectTree, ObjectTree> fromStored) {}

    public T view(ObjectTree tree) {
        return type.apply(tree);
    }

    public String group() {
        return gvk.group();
    }

    public String version() {
        return gvk.version();
    }

    public String kind() {
        return gvk.kind();
    }

    /// `pods`, or `deployments.apps`: how messages name the resource.
    public String qualifiedName() {
        return group().isEmpty() ? plural : plural + "." + group();
    }

    /// The collection's path: `/api/v1/namespaces/NS/pods`; of all namespaces, or of a kind of the cluster, where `namespace` is empty.
    public String path(String namespace) {
        String root = group().isEmpty() ? "/api/" + version() : "/apis/" + gvk.apiVersion();
        return root + (namespaced && !namespace.isEmpty() ? "/namespaces/" + namespace : "") + "/" + plural;
    }
}
