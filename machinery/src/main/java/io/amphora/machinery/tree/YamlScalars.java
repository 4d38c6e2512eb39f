package io.amphora.machinery.tree;

import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an unquoted word of YAML stands for, by go-yaml v2's rules (YAML 1.1 without base 60).
final class YamlScalars {
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern BASE_60 = Pattern.compile("[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?");

    private YamlScalars() {}

    /// A text, a number, a boolean, null; or an infinite [Tree.Decimal], which no JSON can say.
    static Tree resolve(String word) {
        if (word.isEmpty()) return Tree.NULL;
        return switch (word.charAt(0)) {
            case 'y', 'Y', 'n', 'N', 't', 'T', 'f', 'F', 'o', 'O', '~' -> constant(word);
            case '.' -> {
                Tree infinite = infinite(word);
                yield infinite != null ? infinite : FLOAT.matcher(word).matches() ? decimal(word) : Tree.of(word);
            }
            case '+', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(word);
            default -> Tree.of(word);
        };
    }

    /// Whether a text, written without quotes, would be read as that text.
    static boolean staysText(String text) {
        return !looksLikeTime(text) && resolve(text) instanceof Tree.Text && !looksLikeBase60(text);
    }

    /// Longer ones overflow the stack of the matcher, and no reader takes them for a number.
    private static boolean looksLikeBase60(String text) {
        return text.length() <= 1_000 && BASE_60.matcher(text).matches();
    }

    private static Tree constant(String word) {
        return switch (word) {
            case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON" -> Tree.of(true);
            case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF" -> Tree.of(false);
            case "~", "null", "Null", "NULL" -> Tree.NULL;
            default -> Tree.of(word);
        };
    }

    private static @Nullable Tree infinite(String word) {
        return switch (word) {
            case ".nan", ".NaN", ".NAN" -> new Tree.Decimal(Double.NaN);
            case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> new Tree.Decimal(Double.POSITIVE_INFINITY);
            case "-.inf", "-.Inf", "-.INF" -> new Tree.Decimal(Double.NEGATIVE_INFINITY);
            default -> null;
        };
    }

    private static Tree number(String word) {
        Tree infinite = infinite(word);
        if (infinite != null) return infinite;
        String plain = word.replace("_", "");
        Tree whole = whole(plain);
        if (whole != null) return whole;
        return FLOAT.matcher(plain).matches() ? decimal(plain) : Tree.of(word);
    }

    /// A float; a text when it is too large for one.
    private static Tree decimal(String word) {
        double value = Double.parseDouble(word);
        return Double.isInfinite(value) ? Tree.of(word) : Tree.of(value);
    }

    /// A whole number with Go's prefixes: `0x`, `0b`, `0o` and a plain `0` for octal.
    private static @Nullable Tree whole(String plain) {
        int at = plain.startsWith("-") || plain.startsWith("+") ? 1 : 0;
        int radix = 10;
        if (plain.length() > at + 1 && plain.charAt(at) == '0') {
            char kind = Character.toLowerCase(plain.charAt(at + 1));
            radix = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;
            at += kind == 'x' || kind == 'b' || kind == 'o' ? 2 : 1;
        }
        if (at >= plain.length()) return null;
        for (int i = at; i < plain.length(); i++) {
            char c = plain.charAt(i);
            if (c >= 0x80 || Character.digit(c, radix) < 0) return null;
        }
        boolean negative = plain.charAt(0) == '-';
        while (at < plain.length() - 1 && plain.charAt(at) == '0') at++;
        if (plain.length() - at > Long.SIZE) return null; // beyond 64 bits in whatever radix
        if (plain.length() - at <= 15) {
            long value = Long.parseLong(plain, at, plain.length(), radix);
            return Tree.of(negative ? -value : value);
        }
        BigInteger value = new BigInteger(plain.substring(at), radix);
        if (negative) value = value.negate();
        if (value.bitLength() <= 63) return Tree.of(value.longValue());
        return value.bitLength() <= 64 && !negative ? new Tree.Decimal(value.doubleValue()) : null;
    }

    /// A date, or a date and time, which go-yaml would read as a time and therefore quotes.
    private static boolean looksLikeTime(String text) {
        return text.length() >= 8
                && text.charAt(4) == '-'
                && (TIME.matcher(text).matches() || DATE.matcher(text).matches())
                && validTime(text);
    }

    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{1,2}-\\d{1,2}");
    private static final Pattern TIME = Pattern.compile(
            "\\d{4}-\\d{1,2}-\\d{1,2}(?:[Tt]\\d{1,2}:\\d{1,2}:\\d{1,2}(?:[.,]\\d+)?(?:Z|[-+]\\d\\d:\\d\\d)| \\d{1,2}:\\d{1,2}:\\d{1,2}(?:[.,]\\d+)?)");

    private static boolean validTime(String text) {
        String[] numbers = text.split("[-Tt: .,Z+]");
        int[] limits = {9999, 12, 31, 23, 59, 59};
        for (int i = 0; i < limits.length && i < numbers.length; i++) {
            int value = Integer.parseInt(numbers[i]);
            if (value > limits[i] || i > 0 && i < 3 && value < 1) return false;
        }
        int month = Integer.parseInt(numbers[1]);
        int day = Integer.parseInt(numbers[2]);
        return day
                <= java.time.YearMonth.of(Integer.parseInt(numbers[0]), month).lengthOfMonth();
    }
}
