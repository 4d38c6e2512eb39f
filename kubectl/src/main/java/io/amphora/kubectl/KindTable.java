package io.amphora.kubectl;

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

    private KindTable(List<Kind> kinds) {
        this.kinds = List.copyOf(kinds);
    }

    /// Asks the server for all at once (KEP-3352), or one group after the other where it cannot say all at once.
    static KindTable of(Client client) {
        Client asking = client.withHeader("accept", AGGREGATED);
        var kinds = new ArrayList<Kind>();
        for (String path : List.of("/api", "/apis")) {
            ObjectTree list = asking.get(path);
            if (!list.text("kind").equals("APIGroupDiscoveryList"))
                return new KindTable(client.discovery().all().kinds());
            for (Tree group : list.list("items")) add(kinds, group.object());
        }
        return new KindTable(kinds);
    }

    private static void add(List<Kind> kinds, ObjectTree group) {
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
            }
        }
    }

    public List<Kind> all() {
        return kinds;
    }

    public Optional<Kind> find(GroupVersionKind gvk) {
        return kinds.stream().filter(kind -> kind.gvk().equals(gvk)).findFirst();
    }

    /// The kind that a user means.
    public Kind named(String word) {
        return findNamed(word)
                .orElseThrow(() -> Failure.error("the server doesn't have a resource type \"" + word + "\""));
    }

    public Optional<Kind> findNamed(String word) {
        String[] parts = word.split("\\.", 2);
        String lower = parts[0].toLowerCase(Locale.ROOT);
        List<Kind> matching = kinds.stream()
                .filter(kind -> kind.plural().equals(lower)
                        || kind.singular().equals(lower)
                        || kind.gvk().kind().toLowerCase(Locale.ROOT).equals(lower)
                        || kind.shortNames().contains(parts[0]))
                .toList();
        if (parts.length == 1) {
            Optional<Kind> exact = matching.stream()
                    .filter(kind -> !kind.shortNames().contains(parts[0]))
                    .findFirst();
            return exact.isPresent() ? exact : matching.stream().findFirst();
        }
        return matching.stream().filter(kind -> isQualifiedBy(kind, parts[1])).findFirst();
    }

    /// `apps`, `v1.apps`, or `v1` of the core group.
    private static boolean isQualifiedBy(Kind kind, String rest) {
        String group = kind.gvk().group();
        return group.equals(rest)
                || (kind.gvk().version() + "." + group).equals(rest)
                || group.isEmpty() && kind.gvk().version().equals(rest)
                || !rest.isEmpty() && group.startsWith(rest + ".");
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

    /// `deployment.apps`: how results are named.
    public static String singularName(Kind kind) {
        String singular = kind.singular().isEmpty() ? kind.gvk().kind().toLowerCase(Locale.ROOT) : kind.singular();
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
