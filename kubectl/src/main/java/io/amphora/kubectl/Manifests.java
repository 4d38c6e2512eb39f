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
/// names
/// and,
/// within a file, of its documents; lists are opened.
public final class Manifests {
    private static final List<String> ENDINGS = List.of(".json", ".yaml", ".yml");

    private Manifests() {}

    /// @param source how messages call the file: its path as given, or `STDIN`
    public record Manifest(String source, ObjectTree object) {}

    /// Reads all that can be read, and says what cannot.
    ///
    /// @param problems one message per document that is no object, as kubectl words it
    public static List<Manifest> read(List<String> names, boolean recursive, Console console, List<String> problems) {
        var manifests = new ArrayList<Manifest>();
        for (String name : names) {
            try {
                if (name.equals("-")) parse("STDIN", console.in().readAllBytes(), manifests, problems);
                else
                    for (Path file : files(name, recursive))
                        parse(file.toString(), Files.readAllBytes(file), manifests, problems);
            } catch (IOException failure) {
                problems.add("error: error reading " + name + ": " + failure.getMessage());
            }
        }
        return manifests;
    }

    private static List<Path> files(String name, boolean recursive) throws IOException {
        Path path = Path.of(name);
        if (!Files.exists(path)) throw Failure.error("the path \"" + name + "\" does not exist");
        if (!Files.isDirectory(path)) return List.of(path);
        try (Stream<Path> below = Files.walk(path, recursive ? Integer.MAX_VALUE : 1)) {
            List<Path> files = below.filter(Files::isRegularFile)
                    .filter(file -> ENDINGS.stream().anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList();
            if (files.isEmpty())
                throw Failure.error("error reading [" + name + "]: recognized file extensions are [.json .yaml .yml]");
            return files;
        }
    }

    private static void parse(String source, byte[] bytes, List<Manifest> manifests, List<String> problems) {
        try {
            for (Tree document : documents(source, bytes)) {
                if (document.isNull()) continue;
                if (!(document instanceof ObjectTree object))
                    problems.add(invalid(source, "invalid object to validate"));
                else if (object.text("kind").isEmpty()) problems.add(invalid(source, "kind not set"));
                else if (object.text("apiVersion").isEmpty()) problems.add(invalid(source, "apiVersion not set"));
                else if (object.text("kind").endsWith("List") && object.get("items") != Tree.NULL)
                    for (Tree item : object.list("items")) manifests.add(new Manifest(source, item.object()));
                else manifests.add(new Manifest(source, object));
            }
        } catch (JsonSyntaxException wrong) {
            problems.add("error: error parsing " + source + ": " + wrong.getMessage());
        }
    }

    private static List<Tree> documents(String source, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.stripLeading().startsWith("{") && source.endsWith(".json")
                ? List.of(Json.read(text))
                : Yaml.readAll(text);
    }

    private static String invalid(String source, String why) {
        return "error: error validating \"" + source + "\": error validating data: " + why
                + "; if you choose to ignore these errors, turn validation off with --validate=false";
    }
}
