package io.amphora.cel.library;

import dev.cel.common.types.CelKind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Whether a format that is written out suits arguments of these types, before anything runs.
public final class FormatClauses {
    private static final Set<CelKind> ANYTHING = Set.of(CelKind.DYN, CelKind.ANY, CelKind.TYPE_PARAM);
    private static final Set<CelKind> WHOLE = Set.of(CelKind.INT, CelKind.UINT);
    private static final Set<CelKind> NUMBERS = Set.of(CelKind.INT, CelKind.UINT, CelKind.DOUBLE);
    private static final Set<CelKind> BITS = Set.of(CelKind.INT, CelKind.UINT, CelKind.BOOL);
    private static final Set<CelKind> HEXADECIMAL = Set.of(CelKind.INT, CelKind.UINT, CelKind.STRING, CelKind.BYTES);

    private FormatClauses() {}

    /// @param argument which one is wrong; -1 for the format itself
    public record Problem(int argument, String message) {}

    public static Optional<Problem> problem(String format, List<CelKind> arguments) {
        int next = 0;
        for (int i = 0; i < format.length(); i++) {
            if (format.charAt(i) != '%') continue;
            if (++i >= format.length()) return Optional.of(new Problem(-1, "unexpected end of string"));
            if (format.charAt(i) == '%') continue;
            if (next >= arguments.size()) return Optional.of(new Problem(-1, "index " + next + " out of range"));
            if (format.charAt(i) == '.') {
                i++;
                while (i < format.length() && Character.isDigit(format.charAt(i))) i++;
                if (i >= format.length())
                    return Optional.of(new Problem(-1, "could not find end of precision specifier"));
            }
            Optional<Problem> wrong = clause(format.charAt(i), next, arguments.get(next));
            if (wrong.isPresent()) return wrong;
            next++;
        }
        return next < arguments.size()
                ? Optional.of(new Problem(
                        -1,
                        "too many arguments supplied to string.format (expected " + next + ", got " + arguments.size()
                                + ")"))
                : Optional.empty();
    }

    private static Optional<Problem> clause(char verb, int index, CelKind kind) {
        return switch (verb) {
            case 's' -> Optional.empty();
            case 'd' -> only("decimal", "integers", WHOLE, index, kind);
            case 'f' -> only("fixed-point", "doubles", NUMBERS, index, kind);
            case 'e' -> only("scientific", "doubles", NUMBERS, index, kind);
            case 'b' -> only("binary", "integers and bools", BITS, index, kind);
            case 'x', 'X' -> only("hexadecimal", "integers, byte buffers, and strings", HEXADECIMAL, index, kind);
            case 'o' -> only("octal", "integers", WHOLE, index, kind);
            default ->
                Optional.of(new Problem(
                        -1, "could not parse formatting clause: unrecognized formatting clause \"" + verb + "\""));
        };
    }

    private static Optional<Problem> only(String what, String takes, Set<CelKind> kinds, int index, CelKind kind) {
        if (kinds.contains(kind) || ANYTHING.contains(kind)) return Optional.empty();
        return Optional.of(new Problem(
                index,
                "error during formatting: " + what + " clause can only be used on " + takes + ", was given "
                        + kind.name().toLowerCase(Locale.ROOT)));
    }
}
