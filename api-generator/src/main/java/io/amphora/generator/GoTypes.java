package io.amphora.generator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The table `go-types.txt`.
final class GoTypes {

    /// @param mark `*`, `&`, `!`, `?` or a blank
    record Entry(char mark, String type) {}

    private final Map<String, Entry> entries = new HashMap<>();
    private final Set<String> used = new HashSet<>();

    GoTypes() {
        try (InputStream in = Objects.requireNonNull(GoTypes.class.getResourceAsStream("go-types.txt"));
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(this::read);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void read(String line) {
        String[] words = line.split(" ");
        for (int i = 1; i < words.length; i++) {
            boolean marked = "*&!?".indexOf(words[i].charAt(0)) >= 0;
            String word = marked ? words[i].substring(1) : words[i];
            int colon = word.indexOf(':');
            String name = colon < 0 ? word : word.substring(0, colon);
            entries.put(
                    words[0] + "." + name,
                    new Entry(marked ? words[i].charAt(0) : ' ', colon < 0 ? "" : word.substring(colon + 1)));
        }
    }

    /// @param field `core.v1.Container.name`
    Entry of(String field) {
        used.add(field);
        @Nullable Entry entry = entries.get(field);
        return entry == null ? new Entry(' ', "") : entry;
    }

    /// Entries of types that were generated, and of fields that these do not have.
    List<String> unused(Set<String> types) {
        var left = new ArrayList<String>();
        for (String field : entries.keySet())
            if (!used.contains(field) && types.contains(field.substring(0, field.lastIndexOf('.')))) left.add(field);
        return left;
    }
}
