package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// A Role or a ClusterRole as a table of its rules.
final class Roles implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree metadata = found.object().object("metadata");
        page.field("Name", found.name());
        page.labels("Labels", metadata.object("labels"));
        page.annotations("Annotations", metadata.object("annotations"));
        page.line("PolicyRule:");
        page.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
        page.line(1, "---------\t-----------------\t--------------\t-----");
        for (String row : rows(found.object().list("rules"))) page.line(1, row);
    }

    /// One row per resource, those of the same resource joined.
    private static List<String> rows(ListTree rules) {
        var byPlace = new TreeMap<String, TreeSet<String>>();
        var order = new TreeMap<String, List<String>>();
        for (Tree each : rules) {
            ObjectTree rule = each.object();
            List<String> verbs = rule.list("verbs").stream().map(Page::text).toList();
            for (String resource : resources(rule)) {
                String place =
                        resource + "\t" + list(rule.list("nonResourceURLs")) + "\t" + list(rule.list("resourceNames"));
                byPlace.computeIfAbsent(place, any -> new TreeSet<>()).addAll(verbs);
                var said = order.computeIfAbsent(place, any -> new ArrayList<>());
                for (String verb : verbs) if (!said.contains(verb)) said.add(verb);
            }
        }
        var rows = new ArrayList<String>();
        order.forEach((place, verbs) -> rows.add(place + "\t[" + String.join(" ", verbs) + "]"));
        return rows;
    }

    private static List<String> resources(ObjectTree rule) {
        if (rule.list("resources").isEmpty()) return List.of("");
        var all = new ArrayList<String>();
        for (Tree group : rule.list("apiGroups"))
            for (Tree resource : rule.list("resources")) {
                String name = Page.text(resource);
                String suffix = Page.text(group).isEmpty() ? "" : "." + Page.text(group);
                int slash = name.indexOf('/');
                all.add(slash < 0 ? name + suffix : name.substring(0, slash) + suffix + name.substring(slash));
            }
        return all;
    }

    private static String list(ListTree list) {
        return "[" + String.join(" ", list.stream().map(Page::text).toList()) + "]";
    }
}
