package io.amphora.cel;

import dev.cel.common.CelIssue;
import dev.cel.common.CelSource;
import dev.cel.common.types.CelType;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Errors of the parser and the type checker, in the words that Kubernetes' own have.
final class Issues {
    /// Kubernetes' checker does not say what would have been right.
    private static final Pattern CANDIDATES = Pattern.compile(" \\(candidates: [^\n]*\\)(?=\n|$)");

    /// What the grammar finds, and no macro or type.
    private static final Pattern SYNTAX = Pattern.compile(
            "(?<=: )(?=(?:mismatched input|extraneous input|token recognition error|no viable alternative|missing) )");

    private Issues() {}

    static String text(List<CelIssue> issues, CelSource source) {
        return issues.stream()
                .map(each -> each.toDisplayString(source))
                .map(Issues::asThere)
                .collect(Collectors.joining("\n"));
    }

    static String typeName(CelType type) {
        return asThere(
                switch (type.kind()) {
                    case NULL_TYPE -> "null";
                    default -> type.name();
                });
    }

    private static String asThere(String text) {
        return SYNTAX.matcher(CANDIDATES.matcher(text).replaceAll(""))
                .replaceFirst("Syntax error: ")
                .replace("google.protobuf.Timestamp", "timestamp")
                .replace("google.protobuf.Duration", "duration");
    }
}
