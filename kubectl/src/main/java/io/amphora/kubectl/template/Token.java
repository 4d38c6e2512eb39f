package io.amphora.kubectl.template;

/// A word of a template, with where it stands.
record Token(Kind kind, int at, String text, int line) {
    enum Kind {
        ERROR,
        BOOL,
        CHAR,
        CHARACTER,
        ASSIGN,
        DECLARE,
        EOF,
        FIELD,
        IDENTIFIER,
        LEFT,
        LEFT_PAREN,
        NUMBER,
        PIPE,
        RAW_STRING,
        RIGHT,
        RIGHT_PAREN,
        SPACE,
        STRING,
        TEXT,
        VARIABLE,
        DOT,
        NIL,
        BLOCK,
        BREAK,
        CONTINUE,
        DEFINE,
        ELSE,
        END,
        IF,
        RANGE,
        TEMPLATE,
        WITH;

        boolean isKeyword() {
            return ordinal() >= DOT.ordinal();
        }

        /// What a word means that is no name.
        static Kind of(String word) {
            return switch (word) {
                case "nil" -> NIL;
                case "block" -> BLOCK;
                case "break" -> BREAK;
                case "continue" -> CONTINUE;
                case "define" -> DEFINE;
                case "else" -> ELSE;
                case "end" -> END;
                case "if" -> IF;
                case "range" -> RANGE;
                case "template" -> TEMPLATE;
                case "with" -> WITH;
                case "true", "false" -> BOOL;
                default -> IDENTIFIER;
            };
        }
    }

    boolean is(Kind other) {
        return kind == other;
    }

    /// How messages show it.
    String shown() {
        if (kind == Kind.EOF) return "EOF";
        if (kind == Kind.ERROR) return text;
        if (kind.isKeyword()) return "<" + text + ">";
        return text.length() > 10 ? Quoting.quoted(text.substring(0, 10)) + "..." : Quoting.quoted(text);
    }
}
