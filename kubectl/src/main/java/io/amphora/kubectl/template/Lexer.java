package io.amphora.kubectl.template;

import io.amphora.kubectl.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/// Takes a template apart into tokens; what is wrong becomes one of [Kind#ERROR], after which there are no more.
final class Lexer {
    private static final String SPACES = " \t\r\n";
    private static final String LEFT = "{{";
    private static final String RIGHT = "}}";
    private static final String COMMENT = "/*";
    private static final String END_OF_COMMENT = "*/";

    private final String input;
    private final List<Token> tokens = new ArrayList<>();
    private int start;
    private int at;
    private int line = 1;
    private int parens;

    private Lexer(String input) {
        this.input = input;
    }

    private static final class Mistake extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Mistake(String message) {
            super(message, null, false, false);
        }
    }

    static List<Token> tokens(String input) {
        var lexer = new Lexer(input);
        try {
            lexer.run();
            lexer.emit(Kind.EOF);
        } catch (Mistake wrong) {
            lexer.tokens.add(new Token(Kind.ERROR, lexer.start, String.valueOf(wrong.getMessage()), lexer.line));
        }
        return lexer.tokens;
    }

    private void emit(Kind kind) {
        String text = input.substring(start, at);
        tokens.add(new Token(kind, start, text, line));
        skip();
    }

    /// Leaves out what was read since the last token.
    private void skip() {
        for (int i = start; i < at; i++) if (input.charAt(i) == '\n') line++;
        start = at;
    }

    private void run() {
        while (true) {
            int open = input.indexOf(LEFT, at);
            int end = open < 0 ? input.length() : open;
            boolean trims = open >= 0 && trimsLeft(open + 2);
            int kept = end;
            if (trims) while (kept > at && isSpace(input.charAt(kept - 1))) kept--;
            at = kept;
            if (at > start) emit(Kind.TEXT);
            at = end;
            skip();
            if (open < 0) return;
            int inside = open + 2 + (trims ? 2 : 0);
            if (input.startsWith(COMMENT, inside)) comment(inside);
            else {
                at = open + 2;
                emit(Kind.LEFT);
                at = inside;
                skip();
                parens = 0;
                while (!rightDelimiter()) token();
            }
        }
    }

    private boolean trimsLeft(int from) {
        return from + 1 < input.length() && input.charAt(from) == '-' && isSpace(input.charAt(from + 1));
    }

    private boolean trimsRight(int from) {
        return from + 1 < input.length()
                && isSpace(input.charAt(from))
                && input.charAt(from + 1) == '-'
                && input.startsWith(RIGHT, from + 2);
    }

    private void trimText() {
        while (at < input.length() && isSpace(input.charAt(at))) at++;
    }

    private void comment(int from) {
        int end = input.indexOf(END_OF_COMMENT, from);
        if (end < 0) throw new Mistake("unclosed comment");
        at = end + END_OF_COMMENT.length();
        boolean trims = trimsRight(at);
        if (!trims && !input.startsWith(RIGHT, at)) throw new Mistake("comment ends before closing delimiter");
        at += trims ? 2 + RIGHT.length() : RIGHT.length();
        if (trims) trimText();
        skip();
    }

    /// Whether an action ends here; it is left then.
    private boolean rightDelimiter() {
        boolean trims = trimsRight(at);
        if (!trims && !input.startsWith(RIGHT, at)) return false;
        if (parens > 0) throw new Mistake("unclosed left paren");
        if (trims) {
            at += 2;
            skip();
        }
        at += RIGHT.length();
        emit(Kind.RIGHT);
        if (trims) {
            trimText();
            skip();
        }
        return true;
    }

    private void token() {
        if (at == input.length()) throw new Mistake("unclosed action");
        Bytes.Rune rune = Bytes.rune(input, at);
        char letter = input.charAt(at);
        at += rune.size();
        switch (letter) {
            case ' ', '\t', '\r', '\n' -> space();
            case '=' -> emit(Kind.ASSIGN);
            case ':' -> {
                if (at == input.length() || input.charAt(at++) != '=') throw new Mistake("expected :=");
                emit(Kind.DECLARE);
            }
            case '|' -> emit(Kind.PIPE);
            case '"' -> quote('"', Kind.STRING, "unterminated quoted string");
            case '\'' -> quote('\'', Kind.CHARACTER, "unterminated character constant");
            case '`' -> rawQuote();
            case '$' -> name(Kind.VARIABLE);
            case '(' -> {
                emit(Kind.LEFT_PAREN);
                parens++;
            }
            case ')' -> {
                if (--parens < 0) throw new Mistake("unexpected right paren");
                emit(Kind.RIGHT_PAREN);
            }
            default -> other(rune, letter);
        }
    }

    private void other(Bytes.Rune rune, char letter) {
        boolean number = letter == '+'
                || letter == '-'
                || isDigit(letter)
                || letter == '.' && (isDigit(peek()) || at >= input.length());
        if (number) {
            at -= rune.size();
            number();
        } else if (letter == '.') name(isAtTerminator() ? Kind.DOT : Kind.FIELD);
        else if (isAlphaNumeric(rune.value())) identifier();
        else if (letter < 0x80 && Quoting.isPrintable(letter)) emit(Kind.CHAR);
        else throw new Mistake("unrecognized character in action: " + unicode(rune.value()));
    }

    private void space() {
        while (isSpace(peek()) && !trimsRight(at)) at++;
        if (trimsRight(at - 1)) at--;
        if (at > start) emit(Kind.SPACE);
    }

    private void quote(char quote, Kind kind, String unterminated) {
        while (true) {
            char letter = peek();
            if (letter == 0 && at >= input.length() || letter == '\n') throw new Mistake(unterminated);
            at++;
            if (letter == quote) break;
            if (letter != '\\') continue;
            if (at >= input.length() || peek() == '\n') throw new Mistake(unterminated);
            at++;
        }
        emit(kind);
    }

    private void rawQuote() {
        int end = input.indexOf('`', at);
        if (end < 0) throw new Mistake("unterminated raw quoted string");
        at = end + 1;
        emit(Kind.RAW_STRING);
    }

    /// What follows `.` or `$`.
    private void name(Kind kind) {
        if (kind != Kind.DOT && !isAtTerminator()) letters();
        emit(kind);
    }

    private void identifier() {
        letters();
        emit(Kind.of(input.substring(start, at)));
    }

    private void letters() {
        while (at < input.length()) {
            Bytes.Rune rune = Bytes.rune(input, at);
            if (!isAlphaNumeric(rune.value())) break;
            at += rune.size();
        }
        if (!isAtTerminator())
            throw new Mistake("bad character " + unicode(Bytes.rune(input, at).value()));
    }

    private void number() {
        boolean good = scanNumber();
        if (good && (peek() == '+' || peek() == '-')) good = scanNumber() && input.charAt(at - 1) == 'i';
        if (!good) throw new Mistake("bad number syntax: " + Quoting.quoted(input.substring(start, at)));
        emit(Kind.NUMBER);
    }

    private boolean scanNumber() {
        accept("+-");
        String digits = "0123456789_";
        boolean hexadecimal = false;
        if (accept("0")) {
            hexadecimal = accept("xX");
            if (hexadecimal) digits = "0123456789abcdefABCDEF_";
            else if (accept("oO")) digits = "01234567_";
            else if (accept("bB")) digits = "01_";
        }
        run(digits);
        if (accept(".")) run(digits);
        if (digits.length() == 11 && accept("eE") || hexadecimal && accept("pP")) {
            accept("+-");
            run("0123456789_");
        }
        accept("i");
        if (at >= input.length()) return true;
        Bytes.Rune next = Bytes.rune(input, at);
        if (!isAlphaNumeric(next.value())) return true;
        at += next.size();
        return false;
    }

    private boolean accept(String letters) {
        if (at >= input.length() || letters.indexOf(input.charAt(at)) < 0) return false;
        at++;
        return true;
    }

    private void run(String letters) {
        while (accept(letters)) {}
    }

    private boolean isAtTerminator() {
        return at >= input.length() || isSpace(peek()) || ".,|:()".indexOf(peek()) >= 0 || input.startsWith(RIGHT, at);
    }

    /// 0 at the end.
    private char peek() {
        return at < input.length() ? input.charAt(at) : 0;
    }

    private static boolean isSpace(char letter) {
        return SPACES.indexOf(letter) >= 0;
    }

    private static boolean isDigit(char letter) {
        return letter >= '0' && letter <= '9';
    }

    private static boolean isAlphaNumeric(int rune) {
        return rune == '_' || Character.isLetter(rune) || Character.isDigit(rune);
    }

    private static String unicode(int rune) {
        String code = String.format("U+%04X", rune);
        return Quoting.isPrintable(rune) ? code + " '" + Bytes.of(rune) + "'" : code;
    }
}
