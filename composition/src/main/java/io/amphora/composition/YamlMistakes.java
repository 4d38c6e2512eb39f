package io.amphora.composition;

import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where in a file the YAML is malformed. kubectl names the line alone, and sometimes the one before.
final class YamlMistakes {
    private YamlMistakes() {}

    /// @param file or a folder of files, as after `-f`
    /// @return for each malformed file `FILE line L, column C: what is wrong`
    static List<String> in(Path file) {
        try (Stream<Path> files = Files.isDirectory(file) ? Files.list(file) : Stream.of(file)) {
            return files.filter(each -> each.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .flatMap(each -> first(each).stream())
                    .toList();
        } catch (IOException unreadable) {
            return List.of(); // kubectl has said so
        }
    }

    private static Optional<String> first(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
        int at = 0;
        for (String document : Yaml.split(text)) {
            at = text.indexOf(document, at);
            try {
                Yaml.read(document);
            } catch (JsonSyntaxException mistake) {
                long above = text.substring(0, at).lines().count();
                String what = String.valueOf(mistake.getMessage()).replaceFirst("^yaml: (line \\d+: )?", "");
                return Optional.of(
                        file + " line " + (above + mistake.line()) + ", column " + mistake.column() + ": " + what);
            }
            at += document.length();
        }
        return Optional.empty();
    }
}
