package io.amphora.kubectl;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Programs that are commands: `kubectl-foo-bar` in the `PATH` is `kubectl foo bar`.
public record Plugins(Map<String, String> environment) {
    public static final String PREFIX = "kubectl-";

    /// A plugin, and the words that are left for it.
    record Call(Path program, List<String> words) {}

    /// The plugin with the longest name that the words begin with.
    Optional<Call> find(List<String> words) {
        var names = new ArrayList<String>();
        for (String word : words) {
            if (word.startsWith("-")) break;
            names.add(word.replace('-', '_'));
        }
        for (int count = names.size(); count > 0; count--) {
            Optional<Path> program = program(PREFIX + String.join("-", names.subList(0, count)));
            if (program.isPresent()) return Optional.of(new Call(program.get(), words.subList(count, words.size())));
        }
        return Optional.empty();
    }

    /// All of them, in the order of the `PATH`.
    public List<Path> all() {
        var found = new ArrayList<Path>();
        for (Path folder : folders()) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> String.valueOf(file.getFileName()).startsWith(PREFIX))
                        .filter(file -> !Files.isDirectory(file))
                        .sorted()
                        .forEach(found::add);
            } catch (IOException unreadable) {
                // A folder of the PATH need not be there.
            }
        }
        return found;
    }

    private Optional<Path> program(String file) {
        return folders().stream()
                .map(folder -> folder.resolve(file))
                .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
                .findFirst();
    }

    private List<Path> folders() {
        var folders = new LinkedHashSet<Path>();
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator))
            if (!folder.isEmpty()) folders.add(Path.of(folder));
        return List.copyOf(folders);
    }
}
