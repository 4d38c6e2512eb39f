package io.amphora.kubectl;

import io.amphora.api.codec.DecodeException;
import io.amphora.api.codec.StrictDecoder;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads what `-f` names: files, folders, and `-` for standard input. Objects come in the order of the files'
/// names and, within a file, of its documents; lists are opened.
public final class Manifests {
    private static final List<String> ENDINGS = List.of(".json", ".yaml", ".yml");

    private final Session session;
    private final Problems problems;
    private final Consumer<Manifest> found;

    private Manifests(Session session, Problems problems, Consumer<Manifest> found) {
        this.session = session;
        this.problems = problems;
        this.found = found;
    }

    /// @param source how messages call the file: its path as given, or `STDIN`
    /// @param text of the document, where it is the only object there; else the object as JSON
    public record Manifest(String source, ObjectTree object, String text) {}

    /// Reads all that can be read; what cannot becomes a problem.
    public static List<Manifest> read(Session session, Problems problems) {
        var all = new ArrayList<Manifest>();
        each(session, problems, all::add);
        return all;
    }

    /// The same, one after the other, so that problems come in the order of the files.
    static void each(Session session, Problems problems, Consumer<Manifest> found) {
        var reading = new Manifests(session, problems, found);
        Flags flags = session.flags();
        if (!flags.text("kustomize").isEmpty()) reading.addKustomization(flags.text("kustomize"));
        for (String name : flags.list("filename")) reading.add(name, flags.isSet("recursive"));
    }

    /// Fails unless files are named, in one way.
    public static void require(Flags flags) {
        boolean files = !flags.list("filename").isEmpty();
        boolean kustomization = !flags.text("kustomize").isEmpty();
        if (files && kustomization) throw Failure.error("only one of -f or -k can be specified");
        if (!files && !kustomization) throw Failure.error("must specify one of -f and -k");
        if (kustomization && flags.isSet("recursive")) throw Failure.error("the -k flag can't be used with -f or -R");
    }

    public static boolean named(Flags flags) {
        return !flags.list("filename").isEmpty() || !flags.text("kustomize").isEmpty();
    }

    private void addKustomization(String folder) {
        for (ObjectTree object : Kustomization.build(session, folder))
            found.accept(new Manifest(folder, object, Json.write(object)));
    }

    private void add(String name, boolean recursive) {
        try {
            if (name.equals("-")) {
                parse("STDIN", session.console().in().readAllBytes());
                return;
            }
            if (name.startsWith("http://") || name.startsWith("https://"))
                throw Failure.error("reading manifests over HTTP is not supported: " + name);
            for (String file : files(name, recursive)) parse(file, Files.readAllBytes(session.file(file)));
        } catch (IOException failure) {
            problems.addOfFile("error: error reading " + name + ": " + failure.getMessage());
        }
    }

    private List<String> files(String name, boolean recursive) throws IOException {
        Path path = session.file(name);
        if (!Files.exists(path)) throw Failure.error("the path \"" + name + "\" does not exist");
        if (!Files.isDirectory(path)) return List.of(name);
        String prefix = name.endsWith("/") ? name : name + "/";
        try (Stream<Path> below = Files.walk(path, recursive ? Integer.MAX_VALUE : 1)) {
            List<String> files = below.filter(Files::isRegularFile)
                    .filter(file -> ENDINGS.stream().anyMatch(file.toString()::endsWith))
                    .map(file -> prefix + path.relativize(file))
                    .sorted()
                    .toList();
            if (files.isEmpty())
                throw Failure.error("error reading [" + name + "]: recognized file extensions are [.json .yaml .yml]");
            return files;
        }
    }

    /// What begins as JSON may be YAML in braces all the same; when it is neither, it was meant as JSON.
    private void parse(String source, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        JsonSyntaxException noJson = null;
        if (text.stripLeading().startsWith("{")) {
            try {
                for (Tree document : Json.readAll(text)) add(source, document, text);
                return;
            } catch (JsonSyntaxException wrong) {
                noJson = wrong;
            }
        }
        for (String document : Yaml.split(text)) {
            try {
                Tree tree = Yaml.read(document);
                if (!tree.isNull()) add(source, tree, document);
            } catch (JsonSyntaxException wrong) {
                problems.addOfFile("error: error parsing " + source + ": "
                        + (noJson == null
                                ? "error converting YAML to JSON: " + wrong.getMessage()
                                : mistake(text, noJson)));
                return;
            }
        }
    }

    private static String mistake(String text, JsonSyntaxException wrong) {
        return endsEarly(text) ? "unexpected EOF" : "json: offset " + offset(text, wrong) + ": " + wrong.getMessage();
    }

    /// How many bytes were read when the mistake was seen.
    private static int offset(String text, JsonSyntaxException wrong) {
        int start = 0;
        for (int line = 1; line < wrong.line(); line++) start = text.indexOf('\n', start) + 1;
        int end = Math.min(text.length(), start + wrong.column());
        return text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
    }

    private static boolean endsEarly(String text) {
        long open =
                text.chars().filter(letter -> letter == '{' || letter == '[').count();
        long closed =
                text.chars().filter(letter -> letter == '}' || letter == ']').count();
        return open > closed;
    }

    private void add(String source, Tree document, String text) {
        if (!(document instanceof ObjectTree object)) problems.addOfFile(invalid(source, "invalid object to validate"));
        else if (isNoText(object, "kind")) problems.addOfFile(invalid(source, "kind isn't string type"));
        else if (object.text("kind").isEmpty()) problems.addOfFile(invalid(source, "kind not set"));
        else if (isNoText(object, "apiVersion")) problems.addOfFile(invalid(source, "apiVersion isn't string type"));
        else if (object.text("apiVersion").isEmpty()) problems.addOfFile(invalid(source, "apiVersion not set"));
        else if (object.text("kind").endsWith("List") && object.has("items"))
            for (Tree item : object.list("items")) add(source, item, Json.write(item));
        else if (metadataProblem(object) instanceof String why)
            problems.addOfFile("error: unable to decode \"" + source + "\": " + why);
        else found.accept(new Manifest(source, object, text));
    }

    private static boolean isNoText(ObjectTree object, String field) {
        return object.has(field) && !object.get(field).isNull() && !(object.get(field) instanceof Tree.Text);
    }

    /// What is wrong with the types of the metadata, which all kinds have alike; null for nothing.
    private static @Nullable String metadataProblem(ObjectTree object) {
        try {
            StrictDecoder.decode(ObjectTree.of("metadata", object.get("metadata")), ConfigMaps.DEFINITION.schema());
            return null;
        } catch (DecodeException wrong) {
            return String.valueOf(wrong.getMessage())
                    .replace("struct field ConfigMap.metadata", "struct field metadataOnlyObject.metadata");
        }
    }

    private static String invalid(String source, String why) {
        return "error: error validating \"" + source + "\": error validating data: " + why
                + "; if you choose to ignore these errors, turn validation off with --validate=false";
    }
}
