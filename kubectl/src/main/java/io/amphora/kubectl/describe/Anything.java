package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.Set;

/// What has no form of its own: field by field.
final class Anything implements Describer {
    private static final Set<String> ABOVE =
            Set.of("name", "namespace", "labels", "annotations", "managedFields", "selfLink");

    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree object = found.object();
        Describer.named(found, page);
        page.labels("Labels", object.object("metadata").object("labels"));
        page.annotations("Annotations", object.object("metadata").object("annotations"));
        page.field("API Version", object.text("apiVersion"));
        page.field("Kind", object.text("kind"));
        for (String name : object.names()) {
            if (name.equals("apiVersion") || name.equals("kind")) continue;
            Tree value = object.get(name);
            if (name.equals("metadata")) value = shown(value.object());
            section(page, 0, name, value);
        }
        look.events(found, page);
    }

    private static ObjectTree shown(ObjectTree metadata) {
        ObjectTree shown = metadata;
        for (String name : ABOVE) shown = shown.without(name);
        return shown;
    }

    private static void section(Page page, int level, String name, Tree value) {
        switch (value) {
            case ObjectTree object -> {
                page.line(level, title(name) + ":");
                for (var pair : object) section(page, level + 1, pair.getKey(), pair.getValue());
            }
            case ListTree list -> {
                page.line(level, title(name) + ":");
                for (Tree item : list) {
                    if (item instanceof ObjectTree object)
                        for (var pair : object) section(page, level + 1, pair.getKey(), pair.getValue());
                    else page.line(level + 1, Page.text(item));
                }
            }
            default -> page.field(level, title(name), Page.text(value));
        }
    }

    /// `podIP` -> `Pod IP`, `uid` -> `UID`.
    private static String title(String name) {
        if (Set.of("uid", "url", "api", "ip", "id").contains(name)) return name.toUpperCase(java.util.Locale.ROOT);
        String spaced = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ");
        return spaced.isEmpty()
                ? spaced
                : spaced.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + spaced.substring(1);
    }
}
