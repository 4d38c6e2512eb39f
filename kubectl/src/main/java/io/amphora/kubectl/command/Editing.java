package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Refusals;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.GoJson;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// One round of editing after the other, until what the user leaves is accepted, unchanged, or given up.
final class Editing {
    private static final String HEADER = "# Please edit the object below. Lines beginning with a '#' will be ignored,\n"
            + "# and an empty file will abort the edit. If an error occurs while saving this file will be\n"
            + "# reopened with the relevant failures.\n#\n";

    private Editing() {}

    /// @param write takes the objects as they were left; throws what the server says against them
    static void run(Session session, List<ObjectTree> objects, Consumer<List<ObjectTree>> write) {
        boolean json = session.flags().text("output").equals("json");
        String original = text(objects, json);
        String offered = original;
        String complaint = "";
        while (true) {
            Path file = Editor.edit(session, HEADER + complaint + offered, json ? ".json" : ".yaml");
            String left = read(file);
            if (left.equals(original) && complaint.isEmpty()) {
                session.warn("Edit cancelled, no changes made.");
                return;
            }
            if (left.isBlank()) {
                session.warn("Edit cancelled, saved file was empty.");
                return;
            }
            if (left.equals(offered) && !complaint.isEmpty()) {
                session.print("A copy of your changes has been stored to " + Json.write(Tree.of(file.toString())));
                throw Failure.error("Edit cancelled, no valid changes were saved.");
            }
            try {
                write.accept(parsed(left));
                return;
            } catch (ApiException refused) {
                complaint = comment(Refusals.describe(refused));
                session.warn("error: " + refused.getMessage());
            } catch (JsonSyntaxException wrong) {
                complaint = comment("The edited file had a syntax error: " + wrong.getMessage());
            }
            offered = left;
        }
    }

    private static String text(List<ObjectTree> objects, boolean json) {
        ObjectTree shown = objects.size() == 1 ? objects.getFirst() : Get.list(objects);
        return json ? GoJson.pretty(shown, "    ") + "\n" : Yaml.write(shown);
    }

    private static String comment(String text) {
        return text.lines().map(line -> "# " + line + "\n").collect(Collectors.joining()) + "#\n";
    }

    private static String read(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line + "\n")
                    .collect(Collectors.joining());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<ObjectTree> parsed(String text) {
        ObjectTree object = Yaml.read(text).object();
        boolean list = object.text("kind").equals("List");
        return list ? object.list("items").stream().map(Tree::object).toList() : List.of(object);
    }
}
