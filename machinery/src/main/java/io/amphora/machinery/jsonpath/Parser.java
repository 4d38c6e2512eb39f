package io.amphora.machinery.jsonpath;

import io.amphora.machinery.jsonpath.JsonPath.Mistake;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a template, character by character.
final class Parser {
    private static final int END = -1;
    private static final Pattern QUOTED_NAME = Pattern.compile("'([^']*)'");
    private static final Pattern SLICE = Pattern.compile("(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?");
    private static final String OPERATORS = "!<>=";

    private final String text;
    private int at;

    private Parser(String text) {
        this.text = text;
    }

    /// @throws Mistake for what is no template
    static List<Part> parse(String template) {
        var parser = new Parser(template);
        var parts = new ArrayList<Part>();
        while (parser.at < template.length()) {
            int open = template.indexOf('{', parser.at);
            int end = open < 0 ? template.length() : open;
            if (end > parser.at) parts.add(new Part.Plain(template.substring(parser.at, end)));
            parser.at = end + 1;
            if (open >= 0) parts.add(parser.action());
        }
        return parts;
    }

    /// What stands inside brackets, quotes or parentheses is read as if it stood in braces of its own.
    private static List<Step> inBraces(String inside) {
        return new Parser(inside + "}").action().steps();
    }

    private Part.Action action() {
        var steps = new ArrayList<Step>();
        while (!found("}")) step(steps);
        return new Part.Action(List.copyOf(steps));
    }

    private void step(List<Step> steps) {
        if (found("[?(")) {
            steps.add(filter());
            return;
        }
        if (found("..")) {
            descend(steps);
            return;
        }
        int letter = peek();
        switch (letter) {
            case END, '\n', '\r' -> throw new Mistake("unclosed action");
            case ' ', '@', '$' -> at++;
            case '[' -> brackets(steps);
            case '"', '\'' -> steps.add(new Step.Constant(Tree.of(quoted((char) letter)), false));
            case '.' -> {
                at++;
                steps.add(field());
            }
            default -> {
                if (letter == '+' || letter == '-' || Character.isDigit(letter)) steps.add(number());
                else if (isAlphaNumeric(letter)) steps.add(word());
                else throw unrecognized(letter);
            }
        }
    }

    private boolean found(String prefix) {
        if (!text.startsWith(prefix, at)) return false;
        at += prefix.length();
        return true;
    }

    private int peek() {
        return at < text.length() ? text.codePointAt(at) : END;
    }

    private static boolean isAlphaNumeric(int letter) {
        return letter == '_' || Character.isLetter(letter) || Character.isDigit(letter);
    }

    private static boolean isTerminator(int letter) {
        return letter == END || " \t\r\n.,[]$@{}".indexOf(letter) >= 0;
    }

    private static Mistake unrecognized(int letter) {
        String shown = letter < ' ' || Character.isISOControl(letter) ? "" : " '" + Character.toString(letter) + "'";
        return new Mistake(String.format("unrecognized character in action: U+%04X%s", letter, shown));
    }

    // ---- names, words, numbers ----

    private void descend(List<Step> steps) {
        if (!steps.isEmpty() && steps.getLast() instanceof Step.Descend)
            throw new Mistake("invalid multiple recursive descent");
        steps.add(new Step.Descend());
        if (isAlphaNumeric(peek())) steps.add(field());
    }

    private Step field() {
        int from = at;
        while (!isTerminator(peek())) {
            if (text.charAt(at) == '\\') at++;
            if (at < text.length()) at += Character.charCount(text.codePointAt(at));
        }
        String name = text.substring(from, at);
        return name.equals("*") ? new Step.Everything() : new Step.Field(name.replace("\\", ""));
    }

    private Step word() {
        int from = at;
        while (!isTerminator(peek())) at++;
        String word = text.substring(from, at);
        return switch (word) {
            case "true", "false" -> new Step.Constant(Tree.of(word.equals("true")), true);
            default -> new Step.Word(word);
        };
    }

    private Step number() {
        int from = at;
        if (peek() == '+' || peek() == '-') at++;
        while (peek() == '.' || Character.isDigit(peek())) at++;
        String number = text.substring(from, at);
        return new Step.Constant(numeral(number), true);
    }

    private static Tree numeral(String number) {
        try {
            return Tree.of(Long.parseLong(number));
        } catch (NumberFormatException notWhole) {
            return decimal(number);
        }
    }

    private static Tree decimal(String number) {
        try {
            return new Tree.Decimal(Double.parseDouble(number));
        } catch (NumberFormatException wrong) {
            throw new Mistake("cannot parse number " + number);
        }
    }

    // ---- quotes ----

    private String quoted(char quote) {
        int from = ++at;
        while (true) {
            if (at >= text.length() || text.charAt(at) == '\n') throw new Mistake("unterminated quoted string");
            if (text.charAt(at) == quote && text.charAt(at - 1) != '\\') break;
            at++;
        }
        String inside = text.substring(from, at++);
        String plain = Quotes.unquoted(inside, quote);
        if (plain == null) throw new Mistake("unquote string " + quote + inside + quote + " error invalid syntax");
        return plain;
    }

    // ---- brackets ----

    private void brackets(List<Step> steps) {
        int close = at + 1;
        while (close < text.length() && text.charAt(close) != ']' && text.charAt(close) != '\n') close++;
        if (close >= text.length() || text.charAt(close) == '\n') throw new Mistake("unterminated array");
        String inside = text.substring(at + 1, close);
        at = close + 1;
        String[] pieces = inside.split(",", -1);
        Matcher name = QUOTED_NAME.matcher(inside);
        if (pieces.length > 1) steps.add(union(pieces));
        else if (name.matches()) steps.addAll(inBraces("." + name.group(1)));
        else steps.add(slice(inside.equals("*") ? ":" : inside));
    }

    private static Step union(String[] pieces) {
        var branches = new ArrayList<List<Step>>();
        for (String piece : pieces) branches.add(inBraces("[" + stripBlanks(piece) + "]"));
        return new Step.Union(List.copyOf(branches));
    }

    private static String stripBlanks(String piece) {
        int from = 0;
        int to = piece.length();
        while (from < to && piece.charAt(from) == ' ') from++;
        while (to > from && piece.charAt(to - 1) == ' ') to--;
        return piece.substring(from, to);
    }

    private static Step slice(String inside) {
        Matcher bounds = SLICE.matcher(inside);
        if (!bounds.matches()) throw new Mistake("invalid array index " + inside);
        return new Step.Slice(
                bound(bounds.group(1)),
                bound(after(bounds.group(2))),
                bound(after(bounds.group(3))),
                bounds.group(2) == null);
    }

    private static String after(@Nullable String colonAndBound) {
        return colonAndBound == null ? "" : colonAndBound.substring(1);
    }

    private static @Nullable Integer bound(String text) {
        if (text.isEmpty()) return null;
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException wrong) {
            throw new Mistake("array index " + text + " is not a number");
        }
    }

    // ---- filters ----

    private Step filter() {
        int from = at;
        String inside = text.substring(from, endOfFilter());
        at++;
        if (peek() != ']') throw new Mistake("unclosed array expect ]");
        at++;
        int operator = 0;
        while (operator < inside.length() && OPERATORS.indexOf(inside.charAt(operator)) < 0) operator++;
        int right = operator;
        while (right < inside.length() && OPERATORS.indexOf(inside.charAt(right)) >= 0) right++;
        if (right == inside.length()) right--; // what is compared with is there, if only in form
        if (operator == 0 || right <= operator) return new Step.Filter(inBraces(inside), "", List.of());
        return new Step.Filter(
                inBraces(inside.substring(0, operator)),
                inside.substring(operator, right),
                inBraces(inside.substring(right)));
    }

    /// A parenthesis between quotes is text. Quotes are known only once, as on the right side of a comparison.
    private int endOfFilter() {
        int quote = 0;
        boolean closed = false;
        for (; at < text.length() && text.charAt(at) != '\n'; at++) {
            char letter = text.charAt(at);
            boolean isQuote = letter == '"' || letter == '\'';
            if (isQuote && quote == 0) quote = letter;
            else if (letter == quote && text.charAt(at - 1) != '\\') closed = true;
            else if (letter == ')' && closed == (quote != 0)) return at;
        }
        throw new Mistake("unterminated filter");
    }
}
