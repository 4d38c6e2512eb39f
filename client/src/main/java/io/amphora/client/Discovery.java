package io.amphora.client;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Which kinds the server serves. Asks the server at each call.
public final class Discovery {
    private final Client client;

    Discovery(Client client) {
        this.client = client;
    }

    /// One resource of one version, subresources left out.
    public record Kind(
            GroupVersionKind gvk,
            String plural,
            String singular,
            boolean namespaced,
            Set<String> verbs,
            List<String> shortNames,
            List<String> categories) {
        public Target<AnyObject> target() {
            return Target.of(gvk, plural, namespaced);
        }

        public boolean can(String... needed) {
            return verbs.containsAll(List.of(needed));
        }
    }

    /// What was found, and the groups that did not answer with why.
    public record Kinds(List<Kind> kinds, Map<String, String> failures) {
        public Optional<Kind> find(GroupVersionKind gvk) {
            return kinds.stream().filter(kind -> kind.gvk().equals(gvk)).findFirst();
        }
    }

    /// Each resource once, in the version that its group prefers (or, where that lacks it, in the first version
    /// that has it).
    public Kinds preferred() {
        var byResource = new LinkedHashMap<String, Kind>();
        Kinds all = all();
        for (Kind kind : all.kinds()) byResource.putIfAbsent(kind.gvk().group() + "/" + kind.plural(), kind);
        return new Kinds(List.copyOf(byResource.values()), all.failures());
    }

    /// Every resource in every version, preferred versions first.
    public Kinds all() {
        var kinds = new ArrayList<Kind>();
        var failures = new LinkedHashMap<String, String>();
        add(kinds, failures, "/api/v1", "v1");
        for (Tree group : client.get("/apis").list("groups")) {
            String preferred = group.object().object("preferredVersion").text("groupVersion");
            if (!preferred.isEmpty()) add(kinds, failures, "/apis/" + preferred, preferred);
            for (Tree version : group.object().list("versions")) {
                String name = version.object().text("groupVersion");
                if (!name.equals(preferred)) add(kinds, failures, "/apis/" + name, name);
            }
        }
        return new Kinds(kinds, failures);
    }

    private void add(List<Kind> kinds, Map<String, String> failures, String path, String groupVersion) {
        try {
            for (Tree resource : client.get(path).list("resources")) {
                ObjectTree each = resource.object();
                if (!each.text("name").contains("/")) kinds.add(kind(groupVersion, each));
            }
        } catch (ApiException refused) {
            failures.put(groupVersion, String.valueOf(refused.getMessage()));
        }
    }

    private static Kind kind(String groupVersion, ObjectTree resource) {
        return new Kind(
                GroupVersionKind.of(groupVersion, resource.text("kind")),
                resource.text("name"),
                resource.text("singularName"),
                resource.bool("namespaced"),
                new TreeSet<>(texts(resource.list("verbs"))),
                texts(resource.list("shortNames")),
                texts(resource.list("categories")));
    }

    private static List<String> texts(ListTree list) {
        var texts = new ArrayList<String>();
        for (Tree item : list) if (item instanceof Tree.Text(var text)) texts.add(text);
        return texts;
    }
}
