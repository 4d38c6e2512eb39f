package io.amphora.kubectl;

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
import java.util.stream.Stream;

/// Reads what `-f` names: files, folders, and `-` for standard input. Objects come in the order of the files'
/// names and, within a file, of its documents; lists are opened.
public final class Manifests {
    private static final List<String> ENDINGS = List.of(".json", ".yaml", ".yml");

    private final Session session;
    private final Problems problems;
    private final List<Manifest> found = new ArrayList<>();

    private Manifests(Session session, Problems problems) {
        this.session = session;
        this.problems = problems;
    }

    /// @param source how messages call the file: its path as given, or `STDIN`
    /// @param text of the document, where it is the only object there; else the object as JSON
    public record Manifest(String source, ObjectTree object, String text) {}

    /// Reads all that can be read; what cannot becomes a problem.
    public static List<Manifest> read(Session session, Problems problems) {
        var reading = new Manifests(session, problems);
        Flags flags = session.flags();
        if (!flags.text("kustomize").isEmpty()) reading.addKustomization(flags.text("kustomize"));
        for (String name : flags.list("filename")) reading.add(name, flags.isSet("recursive"));
        return reading.found;
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
            found.add(new Manifest(folder, object, Json.write(object)));
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
            problems.add("error: error reading " + name + ": " + failure.getMessage());
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

    private void parse(String source, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.stripLeading().startsWith("{") && isJson(text)) {
            for (Tree document : Json.readAll(text)) add(source, document, text);
            return;
        }
        if (source.endsWith(".json")) {
            try {
                Json.readAll(text);
            } catch (JsonSyntaxException wrong) {
                problems.add("error: error parsing " + source + ": "
                        + (endsEarly(text) ? "unexpected EOF" : wrong.getMessage()));
                return;
            }
        }
        List<String> documents = Yaml.split(text);
        for (String document : documents) {
            try {
                Tree tree = Yaml.read(document);
                if (!tree.isNull()) add(source, tree, document);
            } catch (JsonSyntaxException wrong) {
                problems.add(
                        "error: error parsing " + source + ": error converting YAML to JSON: " + wrong.getMessage());
                return;
            }
        }
    }

    private static boolean isJson(String text) {
        try {
            Json.readAll(text);
            return true;
        } catch (JsonSyntaxException other) {
            return false;
        }
    }

    private static boolean endsEarly(String text) {
        long open =
                text.chars().filter(letter -> letter == '{' || letter == '[').count();
        long closed =
                text.chars().filter(letter -> letter == '}' || letter == ']').count();
        return open > closed;
    }

    private void add(String source, Tree document, String text) {
        if (!(document instanceof ObjectTree object)) problems.add(invalid(source, "invalid object to validate"));
        else if (object.text("kind").isEmpty()) problems.add(invalid(source, "kind not set"));
        else if (object.text("apiVersion").isEmpty()) problems.add(invalid(source, "apiVersion not set"));
        else if (object.text("kind").endsWith("List") && object.has("items"))
            for (Tree item : object.list("items")) add(source, item, Json.write(item));
        else found.add(new Manifest(source, object, text));
    }

    private static String invalid(String source, String why) {
        return "error: error validating \"" + source + "\": error validating data: " + why
                + "; if you choose to ignore these errors, turn validation off with --validate=false";
    }
}
