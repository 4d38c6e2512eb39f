package io.amphora.api.apiextensions.v1;

import io.amphora.machinery.tree.ObjectTree;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `fieldPath` of a rule: where below its place the fault lies, such as `.spec.replicas` or `['a-map']['key']`.
final class RuleFieldPath {
    private static final Pattern STEP = Pattern.compile("\\.([^.\\[\\]']+)|\\['((?:[^'\\\\]|\\\\.)*)']");

    private RuleFieldPath() {}

    /// @param schema of the rule's place
    /// @return the path as errors show it, without a leading dot; null where the schema has no such field
    static @Nullable String normalized(String path, ObjectTree schema) {
        var normalized = new StringBuilder();
        Matcher step = STEP.matcher(path);
        ObjectTree here = schema;
        int at = 0;
        while (at < path.length()) {
            step.region(at, path.length());
            if (!step.lookingAt()) return null;
            String name = step.group(1) != null ? step.group(1) : unescaped(step.group(2));
            if (name == null) return null;
            if (here.object("properties").find(name) instanceof ObjectTree property) {
                normalized.append(normalized.isEmpty() ? "" : ".").append(name);
                here = property;
            } else if (!here.has("properties") && here.find("additionalProperties") instanceof ObjectTree values) {
                normalized.append('[').append(name).append(']');
                here = values;
            } else return null;
            at = step.end();
        }
        return normalized.toString();
    }

    private static @Nullable String unescaped(String text) {
        var plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char escaped = text.charAt(++i);
            int known = "abfnrtv'\\".indexOf(escaped);
            if (known < 0) return null;
            plain.append("\u0007\b\f\n\r\t\u000b'\\".charAt(known));
        }
        return plain.toString();
    }
}
