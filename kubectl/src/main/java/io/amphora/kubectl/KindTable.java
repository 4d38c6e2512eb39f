package io.amphora.kubectl;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.client.Client;
import io.amphora.client.Discovery.Kind;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The kinds that a server serves, and how a user may call them: `pods`, `pod`, `po`, `deployments.apps`,
/// `deployments.v1.apps`, `Deployment`.
public final class KindTable {
    private static final String AGGREGATED =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

    private final List<Kind> kinds;
    private final Set<String> subresources;

    private KindTable(List<Kind> kinds, Set<String> subresources) {
        this.kinds = List.copyOf(kinds);
        this.subresources = Set.copyOf(subresources);
    }

    /// Asks the server for all at once (KEP-3352), or one group after the other where it cannot say all at once.
    static KindTable of(Client client) {
        Client asking = client.withHeader("accept", AGGREGATED);
        var kinds = new ArrayList<Kind>();
        var subresources = new java.util.HashSet<String>();
        for (String path : List.of("/api", "/apis")) {
            ObjectTree list = asked(asking, path);
            if (!list.text("kind").equals("APIGroupDiscoveryList"))
                return new KindTable(client.discovery().all().kinds(), Set.of());
            for (Tree group : list.list("items")) add(kinds, subresources, group.object());
        }
        return new KindTable(kinds, subresources);
    }

    private static ObjectTree asked(Client client, String path) {
        try {
            return client.get(path);
        } catch (ApiException refused) {
            if (refused.code() != 401) throw refused;
            throw ApiException.of(401, "Unauthorized", "the server has asked for the client to provide credentials");
        }
    }

    private static void add(List<Kind> kinds, Set<String> subresources, ObjectTree group) {
        String name = group.object("metadata").text("name");
        for (Tree version : group.list("versions")) {
            for (Tree each : version.object().list("resources")) {
                ObjectTree resource = each.object();
                ObjectTree kind = resource.object("responseKind");
                kinds.add(new Kind(
                        new GroupVersionKind(name, version.object().text("version"), kind.text("kind")),
                        resource.text("resource"),
                        resource.text("singularResource"),
                        resource.text("scope").equals("Namespaced"),
                        Set.copyOf(texts(resource.list("verbs"))),
                        texts(resource.list("shortNames")),
                        texts(resource.list("categories"))));
                for (Tree below : resource.list("subresources"))
                    subresources.add(name + "/" + version.object().text("version") + "/" + resource.text("resource")
                            + "/" + below.object().text("subresource"));
            }
        }
    }

    public List<Kind> all() {
        return kinds;
    }

    /// Whether a kind has `scale`, say.
    public boolean has(Kind kind, String subresource) {
        return subresources.contains(
                kind.gvk().group() + "/" + kind.gvk().version() + "/" + kind.plural() + "/" + subresource);
    }

    public Optional<Kind> find(GroupVersionKind gvk) {
        return kinds.stream().filter(kind -> kind.gvk().equals(gvk)).findFirst();
    }

    /// The kind that a user means.
    public Kind named(String word) {
        return findNamed(word)
                .orElseThrow(() ->
                        Failure.error("the server doesn't have a resource type \"" + word.split("\\.", 2)[0] + "\""));
    }

    public Optional<Kind> findNamed(String word) {
        String[] parts = word.split("\\.", 2);
        String lower = parts[0].toLowerCase(Locale.ROOT);
        if (lower.isEmpty()) return Optional.empty();
        String rest = parts.length == 1 ? "" : parts[1];
        List<Kind> candidates =
                kinds.stream().filter(kind -> isQualifiedBy(kind, rest)).toList();
        Optional<Kind> exact = candidates.stream()
                .filter(kind -> kind.plural().equals(lower)
                        || kind.singular().equals(lower)
                        || kind.gvk().kind().toLowerCase(Locale.ROOT).equals(lower))
                .findFirst();
        return exact.isPresent()
                ? exact
                : candidates.stream()
                        .filter(kind -> kind.shortNames().contains(parts[0]))
                        .findFirst();
    }

    /// `apps`, `v1.apps`, `v1.` of the core group, the beginning of a group; nothing for any.
    private static boolean isQualifiedBy(Kind kind, String rest) {
        String group = kind.gvk().group();
        return rest.isEmpty()
                || group.startsWith(rest)
                || (kind.gvk().version() + "." + group).equals(rest)
                || group.isEmpty() && kind.gvk().version().equals(rest);
    }

    /// The kinds of a category such as `all`, each in its preferred version.
    public List<Kind> category(String name) {
        var seen = new java.util.HashSet<String>();
        return kinds.stream()
                .filter(kind -> kind.categories().contains(name))
                .filter(kind -> seen.add(kind.gvk().group() + "/" + kind.plural()))
                .collect(Collectors.toList());
    }

    private static List<String> texts(ListTree list) {
        return list.stream().map(Tree::text).filter(java.util.Objects::nonNull).toList();
    }

    /// `deployment.apps/web`: how results name an object.
    public static String name(ObjectTree object) {
        var gvk = GroupVersionKind.of(object.text("apiVersion"), object.text("kind"));
        String name = object.object("metadata").text("name");
        return gvk.kind().toLowerCase(Locale.ROOT)
                + (gvk.group().isEmpty() ? "" : "." + gvk.group())
                + "/" + (name.isEmpty() ? "<unknown>" : name);
    }

    /// `deployment.apps`: how results are named.
    public static String singularName(Kind kind) {
        String singular = kind.gvk().kind().toLowerCase(Locale.ROOT);
        return kind.gvk().group().isEmpty()
                ? singular
                : singular + "." + kind.gvk().group();
    }

    /// `deployments.apps`: how errors name the resource.
    public static String pluralName(Kind kind) {
        return kind.gvk().group().isEmpty()
                ? kind.plural()
                : kind.plural() + "." + kind.gvk().group();
    }
}
