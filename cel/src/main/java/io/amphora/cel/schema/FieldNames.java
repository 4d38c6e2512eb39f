package io.amphora.cel.schema;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How expressions spell the names of fields that are no identifiers of CEL, or words that it keeps (KEP-2876, "Field
/// names").
public final class FieldNames {
    private static final Pattern IDENTIFIER = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Pattern ESCAPABLE = Pattern.compile("[a-zA-Z_.\\-/][a-zA-Z0-9_.\\-/]*");
    private static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    private FieldNames() {}

    /// Whether expressions can say a name as it is.
    public static boolean isIdentifier(String name) {
        return IDENTIFIER.matcher(name).matches() && !RESERVED.contains(name);
    }

    /// @return null where a name cannot be said
    static @Nullable String escaped(String name) {
        if (RESERVED.contains(name)) return "__" + name + "__";
        if (!ESCAPABLE.matcher(name).matches()) return null;
        if (IDENTIFIER.matcher(name).matches() && !name.contains("__")) return name;
        return name.replace("__", "__underscores__")
                .replace(".", "__dot__")
                .replace("-", "__dash__")
                .replace("/", "__slash__");
    }
}
