package io.amphora.kubectl.output;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.Comparator;
import java.util.List;

/// JSON as kubectl prints it: `<`, `>` and `&` escaped, and objects that kubectl made itself in the order of their
/// declaration.
public final class GoJson {
    /// In which order the kinds that kubectl makes declare their fields; objects that a server sent are sorted by
    /// name throughout.
    private static final List<String> DECLARED = List.of(
            "kind",
            "apiVersion",
            "metadata",
            "name",
            "generateName",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "labels",
            "annotations",
            "ownerReferences",
            "type",
            "verbs",
            "apiGroups",
            "resources",
            "resourceNames",
            "nonResourceURLs",
            "subjects",
            "roleRef",
            "replicas",
            "schedule",
            "protocol",
            "port",
            "targetPort",
            "ports",
            "selector",
            "containers",
            "image",
            "command",
            "args",
            "env",
            "template",
            "restartPolicy",
            "data",
            "value",
            "spec",
            "status");

    private GoJson() {}

    public static String write(Tree tree) {
        return Json.writeEscaped(tree);
    }

    public static String pretty(Tree tree, String step) {
        var text = new StringBuilder();
        pretty(tree, "", step, false, text);
        return text.toString();
    }

    /// An object that kubectl made itself.
    public static String prettyOwn(Tree tree, String step) {
        var text = new StringBuilder();
        pretty(tree, "", step, true, text);
        return text.toString();
    }

    private static void pretty(Tree tree, String indent, String step, boolean own, StringBuilder text) {
        String deeper = indent + step;
        switch (tree) {
            case ObjectTree object
            when !object.isEmpty() -> {
                text.append("{\n");
                List<String> names = own ? declared(object) : object.names();
                for (int i = 0; i < names.size(); i++) {
                    text.append(deeper).append(write(Tree.of(names.get(i)))).append(": ");
                    pretty(object.get(names.get(i)), deeper, step, own, text);
                    text.append(i < names.size() - 1 ? ",\n" : "\n");
                }
                text.append(indent).append('}');
            }
            case ListTree list
            when !list.isEmpty() -> {
                text.append("[\n");
                for (int i = 0; i < list.size(); i++) {
                    text.append(deeper);
                    pretty(list.get(i), deeper, step, own, text);
                    text.append(i < list.size() - 1 ? ",\n" : "\n");
                }
                text.append(indent).append(']');
            }
            default -> text.append(write(tree));
        }
    }

    private static List<String> declared(ObjectTree object) {
        List<String> late = object.has("data") || object.has("stringData") ? List.of("type") : List.of();
        return object.names().stream()
                .sorted(Comparator.comparingInt(name -> {
                    int place = late.contains(name) ? -1 : DECLARED.indexOf(name);
                    return place < 0 ? DECLARED.size() : place;
                }))
                .toList();
    }
}
