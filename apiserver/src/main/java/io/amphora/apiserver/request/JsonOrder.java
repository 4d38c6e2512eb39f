package io.amphora.apiserver.request;

import io.amphora.machinery.tree.JsonWriter;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/// In which order names are written. Trees are sorted, and nothing depends on an order, but people and scripts compare
/// the texts of Status, whose fields Kubernetes writes in the order of its type; of every other document they look for
/// kind, apiVersion and metadata at its beginning.
public final class JsonOrder {
    private static final List<String> USUAL = List.of("kind", "apiVersion", "metadata");

    /// By the field that an object, or a list of objects, is the value of; "" for the Status itself.
    private static final Map<String, List<String>> OF_STATUS = Map.of(
            "", List.of("kind", "apiVersion", "metadata", "status", "message", "reason", "details", "code"),
            "details", List.of("name", "group", "kind", "uid", "causes", "retryAfterSeconds"),
            "causes", List.of("reason", "message", "field"));

    private final Map<String, List<String>> first;

    private JsonOrder(Map<String, List<String>> first) {
        this.first = first;
    }

    /// @param document all of what is written
    public static JsonOrder of(Tree document) {
        boolean status = document.object().text("kind").equals("Status")
                && document.object().text("apiVersion").equals("v1");
        return new JsonOrder(status ? OF_STATUS : Map.of("", USUAL));
    }

    public static byte[] bytes(ObjectTree document) {
        var out = new JsonWriter();
        write(document, out);
        return out.toBytes();
    }

    public static void write(Tree document, JsonWriter out) {
        of(document).write("", document, out);
    }

    /// The names of an object.
    ///
    /// @param field whose value it is, "" for the document itself
    public SequencedSet<String> names(String field, ObjectTree object) {
        var names = new LinkedHashSet<String>();
        for (String name : first.getOrDefault(field, List.of())) if (object.has(name)) names.add(name);
        names.addAll(object.names());
        return names;
    }

    private void write(String field, Tree tree, JsonWriter out) {
        switch (tree) {
            case ObjectTree object
            when first.containsKey(field) -> {
                out.beginObject();
                for (String name : names(field, object)) write(name, object.get(name), out.name(name));
                out.endObject();
            }
            case ListTree list
            when first.containsKey(field) -> {
                out.beginList();
                for (Tree each : list) write(field, each, out);
                out.endList();
            }
            default -> out.value(tree);
        }
    }
}
