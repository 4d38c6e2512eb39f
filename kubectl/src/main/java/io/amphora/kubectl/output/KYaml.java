package io.amphora.kubectl.output;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// `-o kyaml`: YAML in flow style with every text quoted (KEP-5295), so that nothing hangs on indentation.
public final class KYaml {
    private KYaml() {}

    public static String write(Tree tree) {
        var text = new StringBuilder("---\n");
        write(tree, "", text);
        return text.toString();
    }

    private static void write(Tree tree, String indent, StringBuilder out) {
        String deeper = indent + "  ";
        switch (tree) {
            case ObjectTree object
            when !object.isEmpty() -> {
                out.append("{\n");
                for (var pair : object) {
                    out.append(deeper).append(key(pair.getKey())).append(": ");
                    write(pair.getValue(), deeper, out);
                    out.append(",\n");
                }
                out.append(indent).append('}');
            }
            case ListTree list when !list.isEmpty() -> list(list, indent, out);
            case ObjectTree ignored -> out.append("{}");
            case ListTree ignored -> out.append("[]");
            case Tree.Text(var text) -> text(text, indent, out);
            default -> out.append(tree);
        }
    }

    /// Objects follow each other cuddled, `[{ … }, { … }]`; other items have a line each.
    private static void list(ListTree list, String indent, StringBuilder out) {
        boolean cuddled = list.stream()
                .allMatch(item -> item instanceof ObjectTree object && !object.isEmpty()
                        || item instanceof ListTree inner && !inner.isEmpty());
        if (cuddled) {
            out.append('[');
            for (int i = 0; i < list.size(); i++) {
                if (i > 0) out.append(", ");
                write(list.get(i), indent, out);
            }
            out.append(']');
            return;
        }
        String deeper = indent + "  ";
        out.append("[\n");
        for (Tree item : list) {
            out.append(deeper);
            write(item, deeper, out);
            out.append(",\n");
        }
        out.append(indent).append(']');
    }

    /// Bare where no reader could take it for something else.
    private static String key(String name) {
        boolean plain = name.matches("[A-Za-z_][A-Za-z0-9_./-]*")
                && !name.matches("(?i)y|n|yes|no|on|off|true|false|null|nan|inf");
        return plain ? name : Json.write(Tree.of(name));
    }

    private static void text(String text, String indent, StringBuilder out) {
        String quoted = Json.write(Tree.of(text));
        if (!text.contains("\n")) {
            out.append(quoted);
            return;
        }
        String deeper = indent + "   ";
        String inner = quoted.substring(1, quoted.length() - 1);
        out.append("\"\\\n");
        String[] lines = inner.split("\\\\n", -1);
        for (int i = 0; i < lines.length; i++) {
            boolean last = i == lines.length - 1;
            if (last && lines[i].isEmpty()) break;
            String line = lines[i].startsWith(" ") ? "\\" + lines[i] : lines[i];
            out.append(deeper).append(line).append(last ? "\\\n" : "\\n\\\n");
        }
        out.append(indent).append("  \"");
    }
}
