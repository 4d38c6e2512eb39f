package io.amphora.kubectl.describe;

import io.amphora.kubectl.output.TabWriter;
import io.amphora.kubectl.output.Table;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a describer writes: indented lines whose cells end in tabs, aligned in the end.
public final class Page {
    private static final int LONGEST_ANNOTATION = 140;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final List<String> lines = new ArrayList<>();
    private final List<String> aligned = new ArrayList<>();

    /// One line, or several in one text.
    public Page line(int level, String text) {
        for (String line : text.split("\n", -1)) lines.add("  ".repeat(level) + line);
        return this;
    }

    public Page line(String text) {
        return line(0, text);
    }

    public Page field(String name, String value) {
        return line(0, name + ":\t" + value);
    }

    public Page field(int level, String name, String value) {
        return line(level, name + ":\t" + value);
    }

    public Page fieldUnlessEmpty(String name, String value) {
        return value.isEmpty() ? this : field(name, value);
    }

    public Page field(String name, long value) {
        return field(name, Long.toString(value));
    }

    /// What was written so far is aligned without regard to what follows.
    public Page flush() {
        aligned.addAll(new TabWriter(0, 2).align(lines));
        lines.clear();
        return this;
    }

    public List<String> lines() {
        flush();
        return aligned;
    }

    /// With tabs between the cells.
    public List<String> unaligned() {
        return List.copyOf(lines);
    }

    /// Labels, one a line, the first behind the title.
    public Page labels(String title, ObjectTree labels) {
        if (labels.isEmpty()) return line(title + ":\t<none>");
        String head = title + ":";
        for (var pair : labels) {
            line(head + "\t" + pair.getKey() + "=" + text(pair.getValue()));
            head = "";
        }
        return this;
    }

    public Page annotations(String title, ObjectTree annotations) {
        ObjectTree shown = annotations.without("kubectl.kubernetes.io/last-applied-configuration");
        if (shown.isEmpty()) return line(title + ":\t<none>");
        String head = title + ":";
        for (var pair : shown) {
            String value = text(pair.getValue()).replaceFirst("\n$", "");
            String key = pair.getKey();
            if (value.length() + key.length() + 2 > LONGEST_ANNOTATION || value.contains("\n")) {
                line(head + "\t" + key + ":");
                for (String part : value.split("\n", -1)) line("\t  " + shortened(part, LONGEST_ANNOTATION - 2));
            } else line(head + "\t" + key + ": " + value);
            head = "";
        }
        return this;
    }

    private static String shortened(String text, int most) {
        return text.length() > most ? text.substring(0, most) + "..." : text;
    }

    /// `a=b,c=d`, or `<none>`.
    static String joined(ObjectTree labels) {
        return Table.labelsOf(labels);
    }

    static String text(Tree value) {
        return switch (value) {
            case Tree.Text(var text) -> text;
            case Tree.Null ignored -> "";
            default -> value.toString();
        };
    }

    /// What stands there, `<none>` for nothing.
    static String orNone(String text) {
        return text.isEmpty() ? "<none>" : text;
    }

    static String orUnset(Tree value) {
        return value.isNull() ? "<unset>" : text(value);
    }

    static String yes(boolean value) {
        return value ? "True" : "False";
    }

    /// `Mon, 02 Jan 2006 15:04:05 +0000`.
    static String time(String rfc3339) {
        return rfc3339.isEmpty() ? "" : TIME.format(Instant.parse(rfc3339));
    }
}
