package io.amphora.machinery.tree;

/// Writes one tree as block-style YAML. Lists stand under their key without indentation, lines break after
/// column 80 at
/// a blank, a text is plain if it can be, else double-quoted when it would be read as something else,
/// single-quoted
/// when its characters demand it, a literal block when it has line breaks.
final class YamlWriter {
    private static final int WIDTH = 80;

    private final StringBuilder out = new StringBuilder();
    private int column;

    /// Nothing but indentation and indicators stands on this line so far.
    private boolean indented = true;

    /// The last character was a blank, or what counts as one.
    private boolean blank = true;

    String document(Tree tree) {
        node(tree, 0, 0);
        if (column > 0) newline();
        return out.toString();
    }

    /// @param indent where the lines of a mapping or list at this place start
    /// @param parent the indentation around it
    private void node(Tree tree, int indent, int parent) {
        switch (tree) {
            case ObjectTree object when object.isEmpty() -> indicator("{}", true);
            case ListTree list when list.isEmpty() -> indicator("[]", true);
            case ObjectTree object -> mapping(object, indent);
            case ListTree list -> sequence(list, indent);
            case Tree.Text(var text) -> text(text, Math.max(parent, 0) + 2, false);
            case Tree.Decimal(var number) -> word(GoNumbers.shortest(number));
            default -> word(tree.toString());
        }
    }

    private void sequence(ListTree list, int indent) {
        for (Tree item : list) {
            indent(indent);
            indicator("-", true);
            indented = true;
            blank = false;
            node(item, indent + 2, indent);
        }
    }

    private void mapping(ObjectTree object, int indent) {
        for (String name : YamlKeys.sorted(object.names())) {
            Tree value = object.get(name);
            indent(indent);
            boolean simple = !YamlText.of(name).breaks() && utf8(name) <= 128;
            if (simple) {
                text(name, indent + 2, true);
                indicator(":", false);
                indented = false;
                node(value, value instanceof ListTree ? indent : indent + 2, indent);
            } else {
                indicator("?", true);
                indented = true;
                text(name, indent + 2, false);
                indent(indent);
                indicator(":", true);
                indented = true;
                node(value, indent + 2, indent);
            }
        }
    }

    private void word(String word) {
        if (!blank) put(' ');
        for (int i = 0; i < word.length(); i++) put(word.charAt(i));
        blank = false;
        indented = false;
    }

    private void text(String value, int indent, boolean key) {
        YamlText analysed = YamlText.of(value);
        switch (analysed.style(key)) {
            case PLAIN -> plain(value, indent, !key);
            case SINGLE -> single(value, indent, !key);
            case DOUBLE -> doubled(value, indent, !key);
            case LITERAL -> literal(value, indent);
        }
    }

    private void plain(String value, int indent, boolean mayBreak) {
        if (!blank) put(' ');
        folded(value, indent, mayBreak, false);
        blank = false;
        indented = false;
    }

    private void single(String value, int indent, boolean mayBreak) {
        indicator("'", true);
        folded(value, indent, mayBreak, true);
        indicator("'", false);
        blank = false;
        indented = false;
    }

    private void folded(String value, int indent, boolean mayBreak, boolean quoted) {
        boolean spaces = false;
        boolean breaks = false;
        int last = value.length() - 1;
        for (int i = 0; i <= last; i++) {
            char c = value.charAt(i);
            if (c == ' ') {
                boolean inner = !quoted || i > 0 && i < last;
                if (mayBreak && !spaces && column > WIDTH && inner && i < last && value.charAt(i + 1) != ' ')
                    indent(indent);
                else put(c);
                spaces = true;
            } else if (YamlText.isBreak(c)) {
                if (!breaks && c == '\n') newline();
                lineBreak(c);
                indented = true;
                breaks = true;
            } else {
                if (breaks) indent(indent);
                if (quoted && c == '\'') put('\'');
                put(c);
                indented = false;
                spaces = false;
                breaks = false;
            }
        }
    }

    private void doubled(String value, int indent, boolean mayBreak) {
        indicator("\"", true);
        boolean spaces = false;
        int last = value.length() - 1;
        for (int i = 0; i <= last; ) {
            int c = value.codePointAt(i);
            int next = i + Character.charCount(c);
            if (!YamlText.prints(c) || c == 0xFEFF || YamlText.isBreak(c) || c == '"' || c == '\\') {
                escape(c);
                spaces = false;
            } else if (c == ' ') {
                if (mayBreak && !spaces && column > WIDTH && i > 0 && i < last) {
                    indent(indent);
                    if (value.charAt(i + 1) == ' ') put('\\');
                } else {
                    put(' ');
                }
                spaces = true;
            } else {
                out.appendCodePoint(c);
                column++;
                spaces = false;
            }
            i = next;
        }
        indicator("\"", false);
        blank = false;
        indented = false;
    }

    private void escape(int c) {
        String shown = switch (c) {
            case 0 -> "\\0";
            case 7 -> "\\a";
            case 8 -> "\\b";
            case 9 -> "\\t";
            case 10 -> "\\n";
            case 11 -> "\\v";
            case 12 -> "\\f";
            case 13 -> "\\r";
            case 27 -> "\\e";
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case 0x85 -> "\\N";
            case 0xA0 -> "\\_";
            case 0x2028 -> "\\L";
            case 0x2029 -> "\\P";
            default ->
                c <= 0xFF
                        ? String.format("\\x%02X", c)
                        : c <= 0xFFFF ? String.format("\\u%04X", c) : String.format("\\U%08X", c);
        };
        out.append(shown);
        column += shown.length();
    }

    private void literal(String value, int indent) {
        indicator("|", true);
        char first = value.charAt(0);
        if (first == ' ' || YamlText.isBreak(first)) indicator("2", false);
        int last = value.length() - 1;
        if (!YamlText.isBreak(value.charAt(last))) indicator("-", false);
        else if (last == 0 || YamlText.isBreak(value.charAt(last - 1))) indicator("+", false);
        newline();
        indented = true;
        blank = true;
        boolean breaks = true;
        for (int i = 0; i <= last; i++) {
            char c = value.charAt(i);
            if (YamlText.isBreak(c)) {
                lineBreak(c);
                indented = true;
                breaks = true;
            } else {
                if (breaks) indent(indent);
                put(c);
                indented = false;
                breaks = false;
            }
        }
    }

    private void indicator(String indicator, boolean needsBlank) {
        if (needsBlank && !blank) put(' ');
        for (int i = 0; i < indicator.length(); i++) put(indicator.charAt(i));
        blank = false;
        indented = false;
    }

    private void indent(int indent) {
        if (!indented || column > indent || column == indent && !blank) newline();
        while (column < indent) put(' ');
        blank = true;
        indented = true;
    }

    private void lineBreak(char c) {
        if (c == '\n') {
            newline();
        } else {
            out.append(c);
            column = 0;
        }
    }

    private void newline() {
        out.append('\n');
        column = 0;
    }

    private void put(char c) {
        out.append(c);
        if (!Character.isLowSurrogate(c)) column++;
    }

    private static int utf8(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }
}
