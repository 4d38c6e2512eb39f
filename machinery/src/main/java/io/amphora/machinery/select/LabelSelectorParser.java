package io.amphora.machinery.select;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.select.Requirement.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Reads the text form of label selectors.
///
/// ```
/// selector    = requirement { "," requirement }
/// requirement = [ "!" ] key | key ( "=" | "==" | "!=" | ">" | "<" ) value | key ( "in" | "notin" ) "(" value {
/// ","
/// value } ")"
/// ```
///
/// Values may be empty. `in` and `notin` are operators after a key and plain words elsewhere.
final class LabelSelectorParser {
    private enum Kind {
        END,
        WORD,
        IN,
        NOT_IN,
        NOT,
        EQUALS,
        DOUBLE_EQUALS,
        NOT_EQUALS,
        GREATER,
        LESS,
        COMMA,
        OPEN,
        CLOSE
    }

    private record Token(Kind kind, String text) {}

    private final String text;
    private int at;
    private final List<Token> tokens = new ArrayList<>();
    private int next;

    LabelSelectorParser(String text) {
        this.text = text;
    }

    List<Requirement> requirements() {
        do tokens.add(token());
        while (tokens.getLast().kind != Kind.END);

        var requirements = new ArrayList<Requirement>();
        while (true) {
            Token first = peek();
            if (first.kind == Kind.END) return requirements;
            if (!begins(first))
                throw new SelectorException("found '" + first.text + "', expected: !, identifier, or 'end of string'");
            try {
                requirements.add(requirement());
            } catch (SelectorException wrong) {
                throw new SelectorException("unable to parse requirement: " + wrong.getMessage());
            }
            Token after = take();
            if (after.kind == Kind.END) return requirements;
            if (after.kind != Kind.COMMA)
                throw new SelectorException("found '" + after.text + "', expected: ',' or 'end of string'");
            if (!begins(peek()))
                throw new SelectorException("found '" + peek().text + "', expected: identifier after ','");
        }
    }

    private Requirement requirement() {
        Token first = take();
        boolean not = first.kind == Kind.NOT;
        Token key = not ? take() : first;
        if (!isWord(key)) throw new SelectorException("found '" + key.text + "', expected: identifier");
        List<String> bad = Names.isQualifiedName(key.text);
        if (!bad.isEmpty())
            throw new SelectorException(
                    "<nil>: Invalid value: " + GoText.quote(key.text) + ": " + String.join("; ", bad));
        if (not) return Requirement.checked(key.text, Operator.DOES_NOT_EXIST, List.of());
        if (peek().kind == Kind.END || peek().kind == Kind.COMMA)
            return Requirement.checked(key.text, Operator.EXISTS, List.of());
        Token sign = take();
        return switch (sign.kind) {
            case EQUALS -> Requirement.checked(key.text, Operator.EQUALS, value());
            case DOUBLE_EQUALS -> Requirement.checked(key.text, Operator.DOUBLE_EQUALS, value());
            case NOT_EQUALS -> Requirement.checked(key.text, Operator.NOT_EQUALS, value());
            case GREATER -> Requirement.checked(key.text, Operator.GREATER_THAN, value());
            case LESS -> Requirement.checked(key.text, Operator.LESS_THAN, value());
            case IN -> Requirement.checked(key.text, Operator.IN, values());
            case NOT_IN -> Requirement.checked(key.text, Operator.NOT_IN, values());
            default -> throw new SelectorException("found '" + sign.text + "', expected: in, notin, =, ==, !=, gt, lt");
        };
    }

    private List<String> value() {
        if (peek().kind == Kind.END || peek().kind == Kind.COMMA) return List.of("");
        Token value = take();
        if (!isWord(value)) throw new SelectorException("found '" + value.text + "', expected: identifier");
        return List.of(value.text);
    }

    private List<String> values() {
        Token open = take();
        if (open.kind != Kind.OPEN) throw new SelectorException("found '" + open.text + "' expected: '('");
        if (peek().kind == Kind.CLOSE) {
            take();
            return List.of("");
        }
        if (!isWord(peek()) && peek().kind != Kind.COMMA)
            throw new SelectorException("found '" + peek().text + "', expected: ',', ')' or identifier");
        var values = new TreeSet<String>();
        boolean afterComma = true;
        while (true) {
            Token token = take();
            if (isWord(token)) {
                values.add(token.text);
                afterComma = false;
                if (peek().kind != Kind.COMMA && peek().kind != Kind.CLOSE)
                    throw new SelectorException("found '" + peek().text + "', expected: ',' or ')'");
            } else if (token.kind == Kind.COMMA) {
                if (afterComma) values.add("");
                afterComma = true;
            } else if (token.kind == Kind.CLOSE) {
                if (afterComma) values.add("");
                return List.copyOf(values);
            } else {
                throw new SelectorException("found '" + token.text + "', expected: ',', or identifier");
            }
        }
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        Token token = tokens.get(next);
        if (token.kind != Kind.END) next++;
        return token;
    }

    private static boolean begins(Token token) {
        return isWord(token) || token.kind == Kind.NOT;
    }

    private static boolean isWord(Token token) {
        return token.kind == Kind.WORD || token.kind == Kind.IN || token.kind == Kind.NOT_IN;
    }

    private Token token() {
        while (at < text.length() && isBlank(text.charAt(at))) at++;
        if (at == text.length()) return new Token(Kind.END, "");
        int from = at;
        if (!isSign(text.charAt(at))) {
            while (at < text.length() && !isSign(text.charAt(at)) && !isBlank(text.charAt(at))) at++;
            String word = text.substring(from, at);
            return new Token(word.equals("in") ? Kind.IN : word.equals("notin") ? Kind.NOT_IN : Kind.WORD, word);
        }
        at++;
        boolean then = at < text.length() && text.charAt(at) == '=';
        return switch (text.charAt(from)) {
            case '=' -> then ? sign(Kind.DOUBLE_EQUALS, from, 2) : sign(Kind.EQUALS, from, 1);
            case '!' -> then ? sign(Kind.NOT_EQUALS, from, 2) : sign(Kind.NOT, from, 1);
            case '>' -> sign(Kind.GREATER, from, 1);
            case '<' -> sign(Kind.LESS, from, 1);
            case ',' -> sign(Kind.COMMA, from, 1);
            case '(' -> sign(Kind.OPEN, from, 1);
            default -> sign(Kind.CLOSE, from, 1);
        };
    }

    private Token sign(Kind kind, int from, int length) {
        at = from + length;
        return new Token(kind, text.substring(from, at));
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isSign(char c) {
        return c == '=' || c == '!' || c == '(' || c == ')' || c == ',' || c == '>' || c == '<';
    }
}
