package io.amphora.api.validation;

import java.util.List;

/// What Go's JSON parser says of a text that it does not like, for the few messages that quote it.
public final class GoJson {
    private final String text;
    private int at;

    private GoJson(String text) {
        this.text = text;
    }

    /// "" when the text is one JSON object.
    public static String whatIsWrongWithObject(String text) {
        var scanner = new GoJson(text);
        try {
            scanner.blanks();
            char first = scanner.peek();
            scanner.value();
            scanner.blanks();
            if (scanner.at < text.length()) scanner.fail("after top-level value");
            return switch (first) {
                case '{', 'n' -> "";
                case '[' -> other("array");
                case '"' -> other("string");
                case 't', 'f' -> other("bool");
                default -> other("number");
            };
        } catch (Wrong wrong) {
            return String.valueOf(wrong.getMessage());
        }
    }

    private static String other(String type) {
        return "json: cannot unmarshal " + type + " into Go value of type map[string]interface {}";
    }

    private static final class Wrong extends RuntimeException {
        Wrong(String message) {
            super(message, null, false, false);
        }
    }

    private void value() {
        switch (peek()) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> number();
        }
    }

    private void members() {
        at++;
        blanks();
        if (peek() == '}') {
            at++;
            return;
        }
        while (true) {
            blanks();
            if (peek() != '"') fail("looking for beginning of object key string");
            string();
            blanks();
            if (peek() != ':') fail("after object key");
            at++;
            blanks();
            value();
            blanks();
            if (peek() == '}') break;
            if (peek() != ',') fail("after object key:value pair");
            at++;
        }
        at++;
    }

    private void elements() {
        at++;
        blanks();
        if (peek() == ']') {
            at++;
            return;
        }
        while (true) {
            blanks();
            value();
            blanks();
            if (peek() == ']') break;
            if (peek() != ',') fail("after array element");
            at++;
        }
        at++;
    }

    private void string() {
        at++;
        while (peek() != '"') {
            if (peek() < ' ') fail("in string literal");
            if (peek() == '\\') {
                at++;
                if ("\"\\/bfnrtu".indexOf(peek()) < 0) fail("in string escape code");
            }
            at++;
        }
        at++;
    }

    private void literal(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (peek() != word.charAt(i)) fail("in literal " + word + " (expecting '" + word.charAt(i) + "')");
            at++;
        }
    }

    private void number() {
        int start = at;
        if (peek() == '-') at++;
        if (at >= text.length() || !Character.isDigit(text.charAt(at)))
            fail(at > start ? "in numeric literal" : "looking for beginning of value");
        while (at < text.length() && "0123456789+-.eE".indexOf(text.charAt(at)) >= 0) at++;
    }

    private void blanks() {
        while (at < text.length() && List.of(' ', '\t', '\r', '\n').contains(text.charAt(at))) at++;
    }

    private char peek() {
        if (at >= text.length()) throw new Wrong("unexpected end of JSON input");
        return text.charAt(at);
    }

    private void fail(String where) {
        char c = peek();
        String shown = c == '\'' ? "'\\''" : c == '"' ? "'\"'" : "'" + c + "'";
        throw new Wrong("invalid character " + shown + " " + where);
    }
}
