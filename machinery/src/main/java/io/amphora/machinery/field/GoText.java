package io.amphora.machinery.field;

import io.amphora.machinery.tree.GoNumbers;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// Values as Go's fmt package prints them: many messages of the API are worded by it, and clients match on them.
public final class GoText {
    private GoText() {}

    /// `%q`: in double quotes, with what does not print escaped.
    public static String quote(String text) {
        var out = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case 0x07 -> out.append("\\a");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 0x0B -> out.append("\\v");
                default -> {
                    if (prints(c)) out.appendCodePoint(c);
                    else if (c < 0x80) out.append(String.format("\\x%02x", c));
                    else if (c < 0x10000) out.append(String.format("\\u%04x", c));
                    else out.append(String.format("\\U%08x", c));
                }
            }
        });
        return out.append('"').toString();
    }

    /// `%v`: `map[a:1 b:[x y]]`, `<nil>`, texts without quotes.
    public static String print(Tree tree) {
        var out = new StringBuilder();
        print(tree, out);
        return out.toString();
    }

    /// JSON as Go writes it: also `<`, `>`, `&` and the line separators of Unicode are escaped.
    public static String json(Tree tree) {
        String json = Json.write(tree);
        if (json.chars().noneMatch(GoText::escapedInJson)) return json;
        var out = new StringBuilder(json.length() + 32);
        json.chars().forEach(c -> {
            if (escapedInJson(c)) out.append(String.format("\\u%04x", c));
            else out.append((char) c);
        });
        return out.toString();
    }

    private static boolean escapedInJson(int c) {
        return c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029;
    }

    private static void print(Tree tree, StringBuilder out) {
        switch (tree) {
            case ObjectTree object -> {
                out.append("map[");
                for (int i = 0; i < object.size(); i++) {
                    out.append(i == 0 ? "" : " ").append(object.nameAt(i)).append(':');
                    print(object.valueAt(i), out);
                }
                out.append(']');
            }
            case ListTree list -> {
                out.append('[');
                for (int i = 0; i < list.size(); i++) {
                    if (i > 0) out.append(' ');
                    print(list.get(i), out);
                }
                out.append(']');
            }
            case Tree.Text(var text) -> out.append(text);
            case Tree.Null ignored -> out.append("<nil>");
            case Tree.Decimal(var number) -> out.append(GoNumbers.printed(number));
            default -> out.append(tree);
        }
    }

    private static boolean prints(int c) {
        if (c < 0x80) return c >= 0x20 && c < 0x7F;
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }
}
