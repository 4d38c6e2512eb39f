package io.amphora.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// The file that lists the recordings that go as recorded, an id a line. None on it may fail, and it only grows.
record PassingList(Path file) {
    private static final int LINES_SHOWN = 12;

    List<String> ids() throws IOException {
        if (!Files.exists(file)) return List.of();
        return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    }

    /// Those of `results` that went otherwise, and how.
    static Map<String, List<String>> failed(Map<String, List<String>> results) {
        var failed = new TreeMap<String, List<String>>();
        results.forEach((id, differences) -> {
            if (!differences.isEmpty()) failed.put(id, new ArrayList<>(differences));
        });
        return failed;
    }

    /// Prints what fails and why.
    ///
    /// @param update whether what passes is added to the list
    void report(Map<String, List<String>> results, boolean update) throws IOException {
        var listed = new TreeSet<>(ids());
        Map<String, List<String>> failed = failed(results);
        failed.forEach((id, differences) -> {
            System.out.println((listed.contains(id) ? "LOST " : "FAIL ") + id);
            differences.stream().limit(LINES_SHOWN).forEach(line -> System.out.println("    " + line));
        });
        results.keySet().stream().filter(id -> !failed.containsKey(id)).forEach(listed::add);
        if (update) Files.write(file, listed);
        System.out.println((results.size() - failed.size()) + " passed, " + failed.size() + " failed");
    }
}
