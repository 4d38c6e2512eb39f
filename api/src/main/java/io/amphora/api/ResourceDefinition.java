package io.amphora.api;

import io.amphora.api.schema.Declarations;
import io.amphora.api.schema.Schemas;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Everything that makes one kind what it is: names, shape, behaviour, columns. One file per kind builds one of
/// these,
/// [Kinds#ALL] lists them; a CRD is turned into one at runtime. The API server knows kinds by nothing else.
///
/// @param plural the name in paths (`deployments`)
/// @param subresources besides the main resource: `status`, `scale`, `binding`, `log`, `exec`, `eviction`, …
/// @param categories such as `all`
/// @param type makes the typed view of a tree
/// @param storage the definition whose form is stored, when this is a second version or a second group of the
///     same
/// objects (`autoscaling/v1` of `autoscaling/v2`, `events.k8s.io` of core events); null when it is stored as it
/// is
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
            ResourceDefinition<?> stored,
            Function<ObjectTree, ObjectTree> toStored,
            Function<ObjectTree, ObjectTree> fromStored) {}

    public T view(ObjectTree tree) {
        return type.apply(tree);
    }

    /// Whether its shape was generated, rather than defined by a client.
    public boolean isBuiltIn() {
        return Declarations.find(schema.name()) != null;
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

    /// The kind of a list of its objects (`PodList`).
    public String listKind() {
        String own = strategy.listKind();
        return own.isEmpty() ? kind() + "List" : own;
    }

    /// `pods`, or `deployments.apps`: how messages name the resource.
    public String qualifiedName() {
        return group().isEmpty() ? plural : plural + "." + group();
    }

    /// The collection's path: `/api/v1/namespaces/NS/pods`; of all namespaces, or of a kind of the cluster, where
    /// `namespace` is empty.
    public String path(String namespace) {
        String root = group().isEmpty() ? "/api/" + version() : "/apis/" + gvk.apiVersion();
        return root + (namespaced && !namespace.isEmpty() ? "/namespaces/" + namespace : "") + "/" + plural;
    }

    /// Starts the definition of a built-in kind, served and stored as it is, with every verb of a stored object.
    public static <T extends ApiObject> Builder<T> of(String apiVersion, String kind, Function<ObjectTree, T> type) {
        return new Builder<>(GroupVersionKind.of(apiVersion, kind), type);
    }

    public static final class Builder<T extends ApiObject> {
        private static final Set<String> ALL_VERBS =
                Set.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

        private final GroupVersionKind gvk;
        private final Function<ObjectTree, T> type;
        private String plural;
        private List<String> shortNames = List.of();
        private List<String> categories = List.of();
        private boolean namespaced;
        private Set<String> verbs = ALL_VERBS;
        private Set<String> subresources = Set.of();
        private Strategy<T> strategy = new Strategy<>() {};
        private Columns<T> columns = Columns.nameAndCreation();
        private @Nullable Conversion storage;

        private Builder(GroupVersionKind gvk, Function<ObjectTree, T> type) {
            this.gvk = gvk;
            this.type = type;
            this.plural = gvk.kind().toLowerCase(Locale.ROOT) + "s";
        }

        /// The plural where it is more than the kind in lower case and an s.
        public Builder<T> plural(String plural) {
            this.plural = plural;
            return this;
        }

        public Builder<T> shortNames(String... names) {
            shortNames = List.of(names);
            return this;
        }

        public Builder<T> categories(String... names) {
            categories = List.of(names);
            return this;
        }

        public Builder<T> namespaced() {
            namespaced = true;
            return this;
        }

        /// Only these verbs.
        public Builder<T> verbs(String... names) {
            verbs = Set.of(names);
            return this;
        }

        public Builder<T> subresources(String... names) {
            subresources = Set.of(names);
            return this;
        }

        public Builder<T> strategy(Strategy<T> strategy) {
            this.strategy = strategy;
            return this;
        }

        public Builder<T> columns(Columns<T> columns) {
            this.columns = columns;
            return this;
        }

        /// Stored in the form of another version or group.
        public Builder<T> storedAs(
                ResourceDefinition<?> stored,
                UnaryOperator<ObjectTree> toStored,
                UnaryOperator<ObjectTree> fromStored) {
            storage = new Conversion(stored, toStored, fromStored);
            return this;
        }

        public ResourceDefinition<T> build() {
            return new ResourceDefinition<>(
                    gvk,
                    plural,
                    gvk.kind().toLowerCase(Locale.ROOT),
                    shortNames,
                    categories,
                    namespaced,
                    verbs,
                    subresources,
                    Schemas.of(gvk),
                    type,
                    strategy,
                    columns,
                    storage);
        }
    }
}
