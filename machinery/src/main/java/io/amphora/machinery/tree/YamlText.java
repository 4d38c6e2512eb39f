package io.amphora.machinery.tree;

/// What is in a text that decides how YAML can write it.
///
/// @param newline has `\n`
/// @param breaks has line breaks of any sort
/// @param indicators begins with, or has, characters that mean something outside of quotes
/// @param edges begins or ends with a blank or line break
/// @param endBlank ends with a blank
/// @param breakBlank has a blank after a line break
/// @param special has characters that must be escaped, or a blank before a line break
/// @param word would be read as the text it is
record YamlText(
        boolean newline,
        boolean breaks,
        boolean indicators,
        boolean edges,
        boolean endBlank,
        boolean breakBlank,
        boolean special,
        boolean word) {

    enum Style {
        PLAIN,
        SINGLE,
        DOUBLE,
        LITERAL
    }

    Style style(boolean key) {
        if (newline) return special || endBlank || key ? Style.DOUBLE : Style.LITERAL;
        if (!word || special || breakBlank || key && breaks) return Style.DOUBLE;
        return indicators || edges || breaks ? Style.SINGLE : Style.PLAIN;
    }

    static YamlText of(String text) {
        int length = text.length();
        if (length == 0) return new YamlText(false, false, false, false, false, false, false, false);
        boolean breaks = false;
        boolean indicators = text.startsWith("---") || text.startsWith("...");
        boolean breakBlank = false;
        boolean special = false;
        boolean afterBlank = true;
        char previous = 'x';
        for (int i = 0; i < length; ) {
            int c = text.codePointAt(i);
            int next = i + Character.charCount(c);
            boolean beforeBlank = next >= length || text.charAt(next) == ' ' || text.charAt(next) == '\t';
            if (i == 0 && "#,[]{}&*!|>'\"%@`".indexOf(c) >= 0) indicators = true;
            if (i == 0 && (c == '?' || c == '-') && beforeBlank) indicators = true;
            if (c == ':' && beforeBlank || i > 0 && c == '#' && afterBlank) indicators = true;
            if (!prints(c)) special = true;
            if (isBreak(c)) {
                breaks = true;
                if (previous == ' ') special = true;
            } else if (c == ' ' && isBreak(previous)) {
                breakBlank = true;
            }
            afterBlank = c == ' ' || c == '\t' || c == 0 || isBreak(c);
            previous = (char) Math.min(c, 0xFFFF);
            i = next;
        }
        char first = text.charAt(0);
        char last = text.charAt(length - 1);
        boolean edges = first == ' ' || last == ' ' || isBreak(first) || isBreak(last);
        return new YamlText(
                text.indexOf('\n') >= 0,
                breaks,
                indicators,
                edges,
                last == ' ',
                breakBlank,
                special,
                YamlScalars.staysText(text));
    }

    static boolean isBreak(int c) {
        return c == '\r' || c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    static boolean prints(int c) {
        return c == '\n'
                || c >= 0x20 && c <= 0x7E
                || c >= 0xA0 && c <= 0xD7FF
                || c >= 0xE000 && c <= 0xFFFD && c != 0xFEFF;
    }
}
