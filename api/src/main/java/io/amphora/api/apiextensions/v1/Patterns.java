package io.amphora.api.apiextensions.v1;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The regular expressions of users: Go's, RE2, which take time in proportion to the text whatever they say.
final class Patterns {
    /// Compiled ones; when there are many, one begins anew.
    private static final Map<String, Pattern> KNOWN = new ConcurrentHashMap<>();

    private static final int MOST_KNOWN = 1_000;

    private Patterns() {}

    /// What is wrong with an expression, in Go's words.
    static Optional<String> problem(String pattern) {
        Optional<String> excessive = PatternSize.problem(pattern);
        if (excessive.isPresent()) return excessive;
        try {
            Pattern.compile(pattern);
            return Optional.empty();
        } catch (PatternSyntaxException unreadable) {
            return Optional.of(String.valueOf(unreadable.getMessage()));
        }
    }

    /// Whether some part of the text matches. An expression that cannot be read says nothing: its definition
    /// was refused, if it was ever checked.
    static boolean find(String pattern, String text) {
        Pattern known = KNOWN.get(pattern);
        if (known != null) return known.matcher(text).find();
        if (problem(pattern).isPresent()) return true;
        if (KNOWN.size() >= MOST_KNOWN) KNOWN.clear();
        return KNOWN.computeIfAbsent(pattern, Pattern::compile).matcher(text).find();
    }
}
