package io.amphora.kubectl.command;

import io.amphora.api.GroupVersionKind;
import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// `explain`: the fields of a kind, as the server's OpenAPI documents describe them.
final class Explain implements Command {
    @Override
    public String name() {
        return "explain";
    }

    @Override
    public String summary() {
        return "Get documentation for a resource";
    }

    @Override
    public String usage() {
        return "kubectl explain TYPE [.FIELD ...] [--recursive] [--api-version=VERSION]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.text("api-version", "output").bool("recursive");
    }

    @Override
    public void run(Session session) {
        List<String> words = session.flags().arguments();
        if (words.isEmpty())
            throw Failure.error("You must specify the type of resource to explain. Use \"kubectl api-resources\" for a"
                    + " complete list of supported resources.");
        if (words.size() > 1) throw Failure.error("We accept only this format: explain RESOURCE");
        String format = session.flags().text("output", "plaintext");
        if (!List.of("plaintext", "plaintext-openapiv2").contains(format))
            throw Failure.error("unrecognized format: " + format);
        String[] path = words.getFirst().split("\\.", -1);
        var kindAndRest = kind(session, path);
        GroupVersionKind gvk = version(session, kindAndRest.getKey());
        String document = gvk.group().isEmpty()
                ? "/openapi/v3/api/" + gvk.version()
                : "/openapi/v3/apis/" + gvk.group() + "/" + gvk.version();
        ObjectTree schemas = session.client().get(document).object("components").object("schemas");
        new Page(session, schemas, gvk, kindAndRest.getValue()).print();
    }

    /// The kind that the first names say, which may hold dots itself, and the names that are left.
    private static Map.Entry<Kind, List<String>> kind(Session session, String[] path) {
        Optional<Kind> alone = session.kinds().findNamed(path[0]);
        if (alone.isPresent()) return Map.entry(alone.get(), rest(path, 1));
        for (int length = path.length; length > 1; length--) {
            Optional<Kind> found =
                    session.kinds().findNamed(String.join(".", List.of(path).subList(0, length)));
            if (found.isPresent()) return Map.entry(found.get(), rest(path, length));
        }
        return Map.entry(session.kinds().named(path[0]), List.of());
    }

    private static List<String> rest(String[] path, int from) {
        return List.of(path).subList(from, path.length).stream()
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static GroupVersionKind version(Session session, Kind kind) {
        String wanted = session.flags().text("api-version");
        if (wanted.isEmpty()) return kind.gvk();
        var gvk = GroupVersionKind.of(wanted, kind.gvk().kind());
        if (session.kinds().find(gvk).isEmpty())
            throw Failure.error("couldn't find resource for \"" + wanted + ", Resource=" + kind.plural() + "\"");
        return gvk;
    }

    /// One explanation.
    private record Page(Session session, ObjectTree schemas, GroupVersionKind gvk, List<String> path) {
        private static final int WIDTH = 76;

        void print() {
            ObjectTree schema = root();
            if (!gvk.group().isEmpty()) line("GROUP:      " + gvk.group());
            line("KIND:       " + gvk.kind());
            line("VERSION:    " + gvk.version());
            line("");
            ObjectTree field = schema;
            String type = "";
            String description = schema.text("description");
            String last = "";
            for (String name : path) {
                ObjectTree found = properties(schema).object(name);
                if (found.isEmpty()) throw Failure.error("field \"" + path.getLast() + "\" does not exist");
                field = found;
                type = type(found);
                description = described(found);
                schema = inner(found);
                last = name;
            }
            if (!last.isEmpty()) {
                line("FIELD: " + last + " <" + type + ">");
                if (field.list("enum").isEmpty()) line("");
                else {
                    line("ENUM:");
                    for (Tree value : field.list("enum")) line("    " + text(value));
                }
                line("");
            }
            line("DESCRIPTION:");
            if (description.isEmpty()) line("    <empty>");
            else {
                for (String each : wrapped(description, WIDTH)) line("    " + each);
                line("    ");
            }
            ObjectTree properties = properties(schema);
            if (!properties.isEmpty()) {
                line("FIELDS:");
                fields(schema, 1, session.flags().isSet("recursive"), List.of());
            }
            line("");
        }

        private void line(String text) {
            session.print(text);
        }

        private ObjectTree root() {
            for (var pair : schemas)
                for (Tree each : pair.getValue().object().list("x-kubernetes-group-version-kind")) {
                    ObjectTree said = each.object();
                    if (said.text("group").equals(gvk.group())
                            && said.text("version").equals(gvk.version())
                            && said.text("kind").equals(gvk.kind()))
                        return pair.getValue().object();
                }
            throw Failure.error("GVK " + gvk.group() + "/" + gvk.version() + ", Kind=" + gvk.kind()
                    + " not found in OpenAPI schema");
        }

        private void fields(ObjectTree schema, int level, boolean deep, List<ObjectTree> above) {
            List<String> required =
                    schema.list("required").stream().map(Page::text).toList();
            String indent = "  ".repeat(level);
            for (var pair : properties(schema)) {
                ObjectTree field = pair.getValue().object();
                line(indent + pair.getKey() + "\t<" + type(field) + ">"
                        + (required.contains(pair.getKey()) ? " -required-" : ""));
                ListTree values = field.list("enum");
                if (!values.isEmpty())
                    line(indent + "enum: " + values.stream().map(Page::text).collect(Collectors.joining(", ")));
                ObjectTree below = inner(field);
                if (!deep) {
                    String description = described(field);
                    for (String each : wrapped(description.isEmpty() ? "<no description>" : description, WIDTH))
                        line("    " + each);
                    line("");
                } else if (!above.contains(below)) {
                    var more = new ArrayList<>(above);
                    more.add(schema);
                    fields(below, level + 1, true, more);
                }
            }
        }

        private static String text(Tree tree) {
            String text = tree.text();
            return text == null ? tree.toString() : text;
        }

        private static ObjectTree properties(ObjectTree schema) {
            return schema.object("properties");
        }

        private String described(ObjectTree field) {
            String own = field.text("description");
            return own.isEmpty() ? target(field).text("description") : own;
        }

        /// What a reference stands for; the schema itself where it is none.
        private ObjectTree target(ObjectTree schema) {
            String reference = reference(schema);
            return reference.isEmpty() ? schema : schemas.object(reference);
        }

        private static String reference(ObjectTree schema) {
            ListTree all = schema.list("allOf");
            ObjectTree said = all.size() == 1 ? all.get(0).object() : schema;
            String reference = said.text("$ref");
            return reference.substring(reference.lastIndexOf('/') + 1);
        }

        /// The schema whose fields are inside: of the value, a list's items, a map's values.
        private ObjectTree inner(ObjectTree field) {
            ObjectTree schema = target(field);
            while (true) {
                if (schema.has("items")) schema = target(schema.object("items"));
                else if (schema.get("additionalProperties") instanceof ObjectTree values && !values.isEmpty())
                    schema = target(values);
                else return schema;
            }
        }

        private String type(ObjectTree field) {
            String reference = reference(field);
            ObjectTree schema = target(field);
            if (schema.has("items")) return "[]" + type(schema.object("items"));
            if (schema.get("additionalProperties") instanceof ObjectTree values && !values.isEmpty())
                return "map[string]" + type(values);
            String type = schema.text("type");
            if (!reference.isEmpty() && (type.isEmpty() || type.equals("object")))
                return reference.substring(reference.lastIndexOf('.') + 1);
            return type.isEmpty() || type.equals("object") ? "Object" : type;
        }

        /// Lines no longer than `width`, broken at blanks; line breaks that are there stay.
        private static List<String> wrapped(String text, int width) {
            var lines = new ArrayList<String>();
            for (String paragraph : text.split("\n", -1)) {
                var line = new StringBuilder();
                var blanks = new StringBuilder();
                Matcher piece = Pattern.compile("\\s+|\\S+").matcher(paragraph);
                while (piece.find()) {
                    String word = piece.group();
                    if (word.isBlank()) {
                        blanks.append(word);
                        continue;
                    }
                    if (!line.isEmpty() && line.length() + blanks.length() + word.length() > width) {
                        lines.add(line.toString());
                        line.setLength(0);
                        blanks.setLength(0);
                    }
                    line.append(blanks).append(word);
                    blanks.setLength(0);
                }
                lines.add(line.toString());
            }
            return lines;
        }
    }
}
