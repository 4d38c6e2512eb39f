package io.amphora.kubectl.template;

import java.util.function.Supplier;

/// Go's quoted strings and characters, written and read.
final class Quoting {
    private static final String ESCAPED = "abfnrtv\\'\"";
    private static final String MEANT = "\u0007\b\f\n\r\t\u000b\\'\"";

    private Quoting() {}

    static String quoted(String bytes) {
        return quoted(bytes, '"', false);
    }

    /// @param ascii whether letters beyond ASCII are escaped too
    static String quoted(String bytes, char quote, boolean ascii) {
        var quoted = new StringBuilder().append(quote);
        int at = 0;
        for (Bytes.Rune rune : Bytes.runes(bytes)) {
            String raw = bytes.substring(at, at + rune.size());
            at += rune.size();
            if (rune.broken()) quoted.append(String.format("\\x%02x", (int) raw.charAt(0)));
            else if (rune.value() == quote || rune.value() == '\\')
                quoted.append('\\').append(raw);
            else if (isPrintable(rune.value()) && (!ascii || rune.value() < 0x80)) quoted.append(raw);
            else quoted.append(escape(rune.value()));
        }
        return quoted.append(quote).toString();
    }

    private static String escape(int rune) {
        int known = rune < 0x80 ? MEANT.indexOf(rune) : -1;
        if (known >= 0 && known < 7) return "\\" + ESCAPED.charAt(known);
        if (rune < ' ' || rune == 0x7F) return String.format("\\x%02x", rune);
        return String.format(rune < 0x10000 ? "\\u%04x" : "\\U%08x", rune);
    }

    /// As Go's `unicode.IsPrint`: of all spaces only that of ASCII.
    static boolean isPrintable(int rune) {
        if (rune == ' ') return true;
        return switch (Character.getType(rune)) {
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

    /// What a literal in quotes or backquotes means.
    static String unquoted(String literal, Supplier<? extends RuntimeException> invalid) {
        char quote = literal.charAt(0);
        String inside = literal.substring(1, literal.length() - 1);
        if (quote == '`') return inside.replace("\r", "");
        var meant = new StringBuilder();
        for (int at = 0; at < inside.length(); ) {
            char letter = inside.charAt(at++);
            if (letter == '\n') throw invalid.get();
            if (letter != '\\') {
                meant.append(letter);
                continue;
            }
            if (at == inside.length()) throw invalid.get();
            char escape = inside.charAt(at++);
            int digits =
                    escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : escape >= '0' && escape <= '7' ? 3 : 0;
            if (digits == 0) {
                int known = ESCAPED.indexOf(escape);
                boolean otherQuote = (escape == '\'' || escape == '"') && escape != quote;
                if (known < 0 || otherQuote) throw invalid.get();
                meant.append(MEANT.charAt(known));
                continue;
            }
            int from = digits == 3 ? at - 1 : at;
            int code = number(inside, from, from + digits, digits == 3 ? 8 : 16, invalid);
            at = from + digits;
            boolean isByte = digits <= 3;
            if (isByte ? code > 0xFF : code > 0x10FFFF || code >= 0xD800 && code <= 0xDFFF) throw invalid.get();
            if (isByte && quote == '"') meant.append((char) code);
            else meant.append(Bytes.of(code));
        }
        return meant.toString();
    }

    private static int number(String text, int from, int to, int radix, Supplier<? extends RuntimeException> invalid) {
        if (to > text.length()) throw invalid.get();
        int number = 0;
        for (char letter : text.substring(from, to).toCharArray()) {
            int digit = letter < 0x80 ? Character.digit(letter, radix) : -1;
            if (digit < 0 || number >= 1 << 26) throw invalid.get();
            number = number * radix + digit;
        }
        return number;
    }
}
