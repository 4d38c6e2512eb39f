package io.amphora.kubectl.output;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Session;
import io.amphora.machinery.jsonpath.JsonPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Prints objects as `-o` asks: json, yaml, name, jsonpath=…, custom-columns=….
public interface Printer {
    /// Where nothing is asked for.
    Printer NOTHING = object -> {};

    /// The formats of every command that prints objects.
    List<String> OBJECTS = List.of(
            "go-template",
            "go-template-file",
            "json",
            "jsonpath",
            "jsonpath-as-json",
            "jsonpath-file",
            "kyaml",
            "name",
            "template",
            "templatefile",
            "yaml");

    /// The formats of `get`.
    List<String> ALL = all();

    /// Prints an object, or a List.
    void print(ObjectTree object);

    private static List<String> all() {
        var all = new ArrayList<>(OBJECTS);
        all.addAll(List.of("custom-columns", "custom-columns-file", "wide"));
        all.sort(null);
        return List.copyOf(all);
    }

    /// What the flags of a session ask for.
    static Printer of(Session session, List<String> formats) {
        Flags flags = session.flags();
        String[] output = flags.text("output").split("=", 2);
        boolean given = output.length == 2;
        String format = output[0];
        String template = given ? output[1] : flags.text("template");
        if (format.isEmpty() && !template.isEmpty()) format = "go-template";
        if (!formats.contains(format) || format.equals("wide"))
            throw Failure.error("unable to match a printer suitable for the output format \"" + flags.text("output")
                    + "\", allowed formats are: " + String.join(",", formats));
        boolean lenient = flags.isUnlessDenied("allow-missing-template-keys");
        Printer printer = switch (format) {
            case "json" -> object -> session.print(GoJson.pretty(object, "    "));
            case "yaml" -> new Documents(session);
            case "kyaml" -> object -> session.print(KYaml.write(object));
            case "name" -> object -> names(session, object);
            case "jsonpath", "jsonpath-as-json", "jsonpath-file" -> jsonPath(session, format, template, lenient);
            case "custom-columns", "custom-columns-file" -> columns(session, format, template);
            default -> goTemplate(session, format, template, lenient);
        };
        boolean whole = flags.isSet("show-managed-fields") || format.startsWith("custom");
        boolean raw = format.startsWith("jsonpath") || format.contains("template");
        return whole || raw ? printer : object -> printer.print(withoutManagedFields(object));
    }

    /// As [#of], for objects that kubectl made itself.
    static Printer own(Session session) {
        return session.flags().text("output").equals("json")
                ? object -> session.print(GoJson.prettyOwn(withoutManagedFields(object), "    "))
                : of(session, OBJECTS);
    }

    private static void names(Session session, ObjectTree object) {
        if (isList(object)) object.list("items").forEach(item -> session.print(KindTable.name(item.object())));
        else session.print(KindTable.name(object));
    }

    private static Printer jsonPath(Session session, String format, String given, boolean lenient) {
        if (given.isEmpty()) throw Failure.error("template format specified but no template given");
        String template = format.equals("jsonpath-file") ? file(session, given, "error reading --template ") : given;
        JsonPath path;
        try {
            path = JsonPath.parse(template, lenient);
        } catch (JsonPath.Mistake wrong) {
            throw Failure.error("error parsing jsonpath " + template + ", " + wrong.shown());
        }
        return object -> {
            try {
                if (format.equals("jsonpath-as-json"))
                    session.print(GoJson.pretty(new ListTree(path.find(object)), "    "));
                else session.console().out().print(path.print(object));
            } catch (JsonPath.Mistake wrong) {
                throw Failure.error("error executing jsonpath " + quoted(template) + ": Error executing template: "
                        + wrong.shown()
                        + ". Printing more information for debugging the template:\n\ttemplate was:\n\t\t"
                        + template + "\n\tobject given to jsonpath engine was:\n\t\t" + GoValues.typed(object)
                        + "\n\n");
            }
        };
    }

    private static String quoted(String text) {
        return io.amphora.machinery.tree.Json.write(Tree.of(text));
    }

    private static Printer goTemplate(Session session, String format, String given, boolean lenient) {
        if (given.isEmpty()) throw Failure.error("template format specified but no template given");
        String template = format.endsWith("file") ? file(session, given, "error reading --template ") : given;
        GoTemplate parsed = GoTemplate.parse(template, lenient);
        return object -> session.console().out().print(parsed.print(object));
    }

    private static Printer columns(Session session, String format, String given) {
        boolean headings = !session.flags().isSet("no-headers");
        if (given.isEmpty()) throw Failure.error("custom-columns format specified but no custom columns given");
        CustomColumns columns = format.equals("custom-columns")
                ? CustomColumns.parse(given)
                : CustomColumns.ofFile(file(session, given, "error reading template "));
        return object -> columns.lines(items(object), headings).forEach(session::print);
    }

    private static String file(Session session, String name, String failing) {
        return new String(session.bytes(name, failing + name + ", "), StandardCharsets.UTF_8);
    }

    static boolean isList(ObjectTree object) {
        return object.text("kind").endsWith("List") && object.has("items");
    }

    static List<ObjectTree> items(ObjectTree object) {
        return isList(object) ? object.list("items").stream().map(Tree::object).toList() : List.of(object);
    }

    /// Who owns which field is of interest to few.
    static ObjectTree withoutManagedFields(ObjectTree object) {
        ObjectTree without = object.withoutAt("metadata", "managedFields");
        if (!isList(without)) return without;
        return without.change(
                "items", items -> items.list().map(item -> item.object().withoutAt("metadata", "managedFields")));
    }

    /// YAML documents, a line between them.
    final class Documents implements Printer {
        private final Session session;
        private boolean first = true;

        Documents(Session session) {
            this.session = session;
        }

        @Override
        public void print(ObjectTree object) {
            if (!first) session.print("---");
            first = false;
            session.console().out().print(Yaml.write(object));
        }
    }
}
