package io.amphora.kubectl.output;

import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.KindTable;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.io.PrintStream;

/// Prints objects as `-o` asks: json, yaml, name, jsonpath=….
public final class Printer {
    private static final String ALLOWED =
            "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,yaml";

    private final String format;
    private final PrintStream out;
    private boolean first = true;

    private Printer(String format, PrintStream out) {
        this.format = format;
        this.out = out;
    }

    /// @param format what follows `-o`
    public static Printer of(String format, PrintStream out) {
        boolean known = format.equals("json")
                || format.equals("yaml")
                || format.equals("name")
                || format.startsWith("jsonpath=");
        if (format.startsWith("go-template") || format.startsWith("custom-columns") || format.startsWith("jsonpath-"))
            throw Failure.error(
                    "-o " + format.split("=", 2)[0] + " is not supported yet; json, yaml, name and jsonpath= are");
        if (!known)
            throw Failure.error("unable to match a printer suitable for the output format \"" + format
                    + "\", allowed formats are: " + ALLOWED);
        return new Printer(format, out);
    }

    public void print(ObjectTree object, Kind kind) {
        switch (format) {
            case "name" ->
                out.println(KindTable.singularName(kind) + "/"
                        + object.object("metadata").text("name"));
            default -> print(object);
        }
    }

    /// Prints an object, or a List.
    public void print(ObjectTree object) {
        ObjectTree shown = withoutManagedFields(object);
        if (format.equals("json")) out.println(pretty(shown));
        else if (format.equals("yaml")) {
            if (!first) out.println("---");
            out.print(Yaml.write(shown));
        } else out.print(JsonPath.parse(format.substring("jsonpath=".length())).print(shown));
        first = false;
    }

    /// Who owns which field is of interest to few; `kubectl get` leaves it out too.
    private static ObjectTree withoutManagedFields(ObjectTree object) {
        ObjectTree without = object.withoutAt("metadata", "managedFields");
        if (!without.text("kind").endsWith("List")) return without;
        return without.change(
                "items", items -> items.list().map(item -> item.object().withoutAt("metadata", "managedFields")));
    }

    /// JSON with four blanks a level, as kubectl prints it.
    public static String pretty(Tree tree) {
        var text = new StringBuilder();
        pretty(tree, "", text);
        return text.toString();
    }

    private static void pretty(Tree tree, String indent, StringBuilder text) {
        String deeper = indent + "    ";
        switch (tree) {
            case ObjectTree object
            when !object.isEmpty() -> {
                text.append("{\n");
                for (int i = 0; i < object.size(); i++) {
                    text.append(deeper)
                            .append(Json.write(Tree.of(object.nameAt(i))))
                            .append(": ");
                    pretty(object.valueAt(i), deeper, text);
                    text.append(i < object.size() - 1 ? ",\n" : "\n");
                }
                text.append(indent).append('}');
            }
            case ListTree list
            when !list.isEmpty() -> {
                text.append("[\n");
                for (int i = 0; i < list.size(); i++) {
                    text.append(deeper);
                    pretty(list.get(i), deeper, text);
                    text.append(i < list.size() - 1 ? ",\n" : "\n");
                }
                text.append(indent).append(']');
            }
            default -> text.append(Json.write(tree));
        }
    }
}
