package io.amphora.kubectl.command.create;

import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/// The rules that `--verb`, `--resource` and their like describe.
final class PolicyRules {
    private static final Set<String> VERBS = Set.of(
            "get",
            "list",
            "watch",
            "create",
            "update",
            "patch",
            "delete",
            "deletecollection",
            "use",
            "bind",
            "impersonate",
            "*",
            "approve",
            "sign",
            "escalate",
            "attest");

    private PolicyRules() {}

    static List<ObjectTree> of(Session session) {
        Flags flags = session.flags();
        List<String> verbs = unique(flags.list("verb"));
        if (verbs.contains("*")) verbs = List.of("*");
        if (verbs.isEmpty()) throw Failure.error("at least one verb must be specified");
        List<String> names = unique(flags.list("resource-name"));
        List<String> paths = unique(flags.list("non-resource-url"));
        var byGroup = new LinkedHashMap<String, List<String>>();
        for (String resource : unique(flags.list("resource"))) {
            String[] halves = resource.split("/", 2);
            String subresource = halves.length == 2 ? "/" + halves[1] : "";
            String group = "";
            String plural = halves[0];
            if (halves[0].equals("*")) group = "*";
            else {
                Kind kind = session.kinds()
                        .findNamed(halves[0])
                        .orElseThrow(() -> Failure.plain("the server doesn't have a resource type \""
                                + halves[0].split("\\.", 2)[0] + "\""));
                group = kind.gvk().group();
                plural = kind.plural();
            }
            byGroup.computeIfAbsent(group, any -> new ArrayList<>()).add(plural + subresource);
        }
        if (byGroup.isEmpty() && paths.isEmpty()) {
            boolean cluster = session.command().endsWith("clusterrole");
            throw Failure.error(
                    cluster
                            ? "one of resource or nonResourceURL must be specified"
                            : "at least one resource must be specified");
        }
        if (!byGroup.isEmpty())
            for (String verb : verbs)
                if (!VERBS.contains(verb)) session.warn("Warning: '" + verb + "' is not a standard resource verb");
        var rules = new ArrayList<ObjectTree>();
        for (var entry : byGroup.entrySet()) {
            ObjectTree rule =
                    ObjectTree.of("apiGroups", List.of(entry.getKey()), "resources", entry.getValue(), "verbs", verbs);
            rules.add(names.isEmpty() ? rule : rule.with("resourceNames", Objects.texts(names)));
        }
        if (!paths.isEmpty()) rules.add(ObjectTree.of("nonResourceURLs", paths, "verbs", verbs));
        return rules;
    }

    private static List<String> unique(List<String> values) {
        return values.stream().map(String::strip).distinct().toList();
    }
}
