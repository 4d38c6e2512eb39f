package io.amphora.client;

import io.amphora.api.ApiObject;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.machinery.tree.ObjectTree;
import java.util.function.Function;

/// What a client has to know of a resource: where it is served and how its objects are looked at. Comes from the
/// compiled [ResourceDefinition], or from discovery for kinds that only the server knows. Two targets are equal
/// when they name the same resource.
public record Target<T extends ApiObject>(
        GroupVersionKind gvk, String plural, boolean namespaced, Function<ObjectTree, T> view) {

    public static <T extends ApiObject> Target<T> of(ResourceDefinition<T> definition) {
        return new Target<>(definition.gvk(), definition.plural(), definition.namespaced(), definition.type());
    }

    public static Target<AnyObject> of(GroupVersionKind gvk, String plural, boolean namespaced) {
        return new Target<>(gvk, plural, namespaced, AnyObject::new);
    }

    public String group() {
        return gvk.group();
    }

    /// `pods`, or `deployments.apps`: how messages name the resource.
    public String qualifiedName() {
        return group().isEmpty() ? plural : plural + "." + group();
    }

    /// The collection's path; of all namespaces where `namespace` is empty.
    public String path(String namespace) {
        String root = group().isEmpty() ? "/api/" + gvk.version() : "/apis/" + gvk.apiVersion();
        return root + (namespaced && !namespace.isEmpty() ? "/namespaces/" + namespace : "") + "/" + plural;
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Target<?> that && gvk.equals(that.gvk) && plural.equals(that.plural);
    }

    @Override
    public int hashCode() {
        return 31 * gvk.hashCode() + plural.hashCode();
    }

    @Override
    public String toString() {
        return qualifiedName();
    }
}
