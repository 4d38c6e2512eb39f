package io.amphora.api.apiextensions.v1;

import java.util.ArrayDeque;
import java.util.Optional;

/// How large a regular expression becomes when its repeats are written out, found without doing so:
/// `((a{100}){100}){100}`
/// is a million. The limits are about Go's, which RE2 of Java does not have.
final class PatternSize {
    private static final String ERROR = "error parsing regexp: ";
    private static final int DEEPEST = 500;
    private static final long MOST_REPEATS = 1_000;
    private static final long LARGEST = 200_000;

    /// @param size of what it consists of, @param repeats how often its innermost part stands for itself
    private record Part(long size, long repeats) {}

    private final String pattern;
    private final ArrayDeque<Part> outer = new ArrayDeque<>();
    private int at;
    private Part group = new Part(0, 1);
    /// What a repeat that comes next is about.
    private Part last = new Part(0, 1);

    private PatternSize(String pattern) {
        this.pattern = pattern;
    }

    static Optional<String> problem(String pattern) {
        return new PatternSize(pattern).problem();
    }

    private Optional<String> problem() {
        while (at < pattern.length()) {
            int from = at;
            read(pattern.charAt(at++));
            if (outer.size() > DEEPEST) return Optional.of(ERROR + "expression nests too deeply: `" + shown() + "`");
            if (last.repeats > MOST_REPEATS)
                return Optional.of(ERROR + "invalid repeat count: `" + pattern.substring(from, at) + "`");
            if (group.size + last.size > LARGEST) return Optional.of(ERROR + "expression too large: `" + shown() + "`");
        }
        return Optional.empty();
    }

    private String shown() {
        return pattern.length() <= 100 ? pattern : pattern.substring(0, 100) + "...";
    }

    private void read(char c) {
        switch (c) {
            case '\\' -> {
                at++;
                atom();
            }
            case '[' -> {
                skipClass();
                atom();
            }
            case '(' -> {
                keep();
                outer.push(group);
                group = new Part(0, 1);
            }
            case ')' -> close();
            case '{' -> repeat();
            case '*', '+', '?', '|', '^', '$' -> last = new Part(last.size + 1, last.repeats);
            default -> atom();
        }
    }

    private void atom() {
        keep();
        last = new Part(1, 1);
    }

    /// What was last is not repeated any more.
    private void keep() {
        group = new Part(group.size + last.size, Math.max(group.repeats, last.repeats));
        last = new Part(0, 1);
    }

    private void close() {
        if (outer.isEmpty()) return; // the compiler will say so
        keep();
        last = new Part(group.size + 2, group.repeats);
        group = outer.pop();
    }

    private void skipClass() {
        if (at < pattern.length() && pattern.charAt(at) == '^') at++;
        if (at < pattern.length() && pattern.charAt(at) == ']') at++; // the first one stands for itself
        while (at < pattern.length() && pattern.charAt(at++) != ']') if (pattern.charAt(at - 1) == '\\') at++;
    }

    /// `{n}`, `{n,}` or `{n,m}`; anything else in braces is text.
    private void repeat() {
        int end = pattern.indexOf('}', at);
        String inside = end < 0 || end - at > 12 ? "" : pattern.substring(at, end);
        if (!inside.matches("[0-9]+(,[0-9]*)?")) {
            atom();
            return;
        }
        at = end + 1;
        long most = 1;
        for (String number : inside.split(",")) most = Math.max(most, Long.parseLong(number));
        last = new Part(last.size * most, last.repeats * most);
    }
}
