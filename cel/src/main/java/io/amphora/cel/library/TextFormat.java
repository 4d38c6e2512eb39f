package io.amphora.cel.library;

import io.amphora.cel.CelException;
import io.amphora.cel.value.Bytes;
import io.amphora.cel.value.ListValue;
import io.amphora.cel.value.MapValue;
import io.amphora.cel.value.TypeValue;
import io.amphora.cel.value.Unsigned;
import io.amphora.cel.value.Values;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.Tree;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// `format` of the strings extension: clauses `%s %d %f %e %b %x %X %o` and `%%`.
final class TextFormat {
    private static final int DEFAULT_PRECISION = 6;

    private TextFormat() {}

    static String format(String format, ListValue arguments) {
        var text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                text.append(c);
                continue;
            }
            if (++i >= format.length()) throw new CelException("unexpected end of string");
            if (format.charAt(i) == '%') {
                text.append('%');
                continue;
            }
            if (next >= arguments.size()) throw new CelException("index " + next + " out of range");
            int precision = -1;
            if (format.charAt(i) == '.') {
                int start = ++i;
                while (i < format.length() && Character.isDigit(format.charAt(i))) i++;
                if (i >= format.length()) throw new CelException("could not find end of precision specifier");
                precision = i == start ? DEFAULT_PRECISION : Integer.parseInt(format.substring(start, i));
            }
            text.append(clause(format.charAt(i), precision, arguments.get(next++)));
        }
        return text.toString();
    }

    private static String clause(char verb, int precision, Object value) {
        return switch (verb) {
            case 's' -> text(value);
            case 'd' ->
                switch (value) {
                    case Long number -> number.toString();
                    case Unsigned number -> number.toString();
                    case Double number when number.isNaN() || number.isInfinite() -> special(number);
                    default -> throw wrong("decimal", "integers", value);
                };
            case 'f' -> fixed(number("fixed-point", value), precision < 0 ? DEFAULT_PRECISION : precision);
            case 'e' -> scientific(number("scientific", value), precision < 0 ? DEFAULT_PRECISION : precision);
            case 'b' ->
                switch (value) {
                    case Long number -> sign(number) + Long.toBinaryString(Math.abs(number));
                    case Unsigned(var bits) -> Long.toBinaryString(bits);
                    case Boolean bool -> bool ? "1" : "0";
                    default -> throw wrong("binary", "integers and bools", value);
                };
            case 'x' -> hexadecimal(value);
            case 'X' -> hexadecimal(value).toUpperCase(Locale.ROOT);
            case 'o' ->
                switch (value) {
                    case Long number -> sign(number) + Long.toOctalString(Math.abs(number));
                    case Unsigned(var bits) -> Long.toOctalString(bits);
                    default -> throw wrong("octal", "integers", value);
                };
            default ->
                throw new CelException(
                        "could not parse formatting clause: unrecognized formatting clause \"" + verb + "\"");
        };
    }

    private static CelException wrong(String what, String takes, Object value) {
        return new CelException("error during formatting: " + what + " clause can only be used on " + takes
                + ", was given " + Values.typeName(value));
    }

    private static String sign(long number) {
        return number < 0 ? "-" : "";
    }

    private static double number(String what, Object value) {
        return switch (value) {
            case Double number -> number;
            case Long number -> number.doubleValue();
            case Unsigned number -> number.asDouble();
            case String text
            when text.matches("NaN|Infinity|-Infinity") ->
                text.equals("NaN")
                        ? Double.NaN
                        : text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            default -> throw wrong(what, "doubles", value);
        };
    }

    private static String special(double number) {
        return Double.isNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
    }

    private static String fixed(double number, int precision) {
        if (Double.isNaN(number) || Double.isInfinite(number)) return special(number);
        return new BigDecimal(number)
                .setScale(precision, RoundingMode.HALF_EVEN)
                .toPlainString();
    }

    private static String scientific(double number, int precision) {
        if (Double.isNaN(number) || Double.isInfinite(number)) return special(number);
        BigDecimal rounded = new BigDecimal(number).round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        String mantissa = rounded.movePointLeft(exponent)
                .setScale(precision, RoundingMode.HALF_EVEN)
                .toPlainString();
        String digits = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        var raised = new StringBuilder(exponent < 0 ? "⁻" : "");
        digits.chars().forEach(digit -> raised.append("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(digit - '0')));
        return mantissa + "×10" + raised;
    }

    private static String hexadecimal(Object value) {
        return switch (value) {
            case Long number -> sign(number) + Long.toHexString(Math.abs(number));
            case Unsigned(var bits) -> Long.toHexString(bits);
            case String text -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
            case Bytes(var array) -> HexFormat.of().formatHex(array);
            default -> throw wrong("hexadecimal", "integers, byte buffers, and strings", value);
        };
    }

    /// What stands in a list or map.
    private static String inside(Object value) {
        return switch (value) {
            case String text -> GoText.quote(text);
            case Bytes bytes -> "b" + GoText.quote(text(bytes));
            case Instant time -> "timestamp(" + GoText.quote(text(time)) + ")";
            case Duration duration -> "duration(" + GoText.quote(text(duration)) + ")";
            default -> text(value);
        };
    }

    /// `%s`.
    static String text(Object value) {
        return switch (value) {
            case Tree.Null none -> "null";
            case Double number when number.isNaN() || number.isInfinite() -> special(number);
            case Instant time -> Instants.text(time);
            case Duration duration -> (String) StandardLibrary.toText(duration);
            case TypeValue type -> type.name();
            case ListValue list -> {
                List<String> items =
                        list.items().stream().map(TextFormat::inside).toList();
                yield "[" + String.join(",", items) + "]";
            }
            case MapValue map -> {
                var entries = new ArrayList<String[]>();
                for (Object key : map.keys()) {
                    Object found = map.find(key);
                    entries.add(new String[] {inside(key), found == null ? "null" : inside(found)});
                }
                entries.sort(Comparator.comparing(entry -> entry[0]));
                List<String> pairs =
                        entries.stream().map(entry -> entry[0] + ":" + entry[1]).toList();
                yield "{" + String.join(",", pairs) + "}";
            }
            case String text -> text;
            case Long number -> number.toString();
            case Unsigned number -> number.toString();
            case Boolean bool -> bool.toString();
            case Double number -> GoNumber.text(number);
            case Bytes(var array) -> new String(array, StandardCharsets.UTF_8);
            default ->
                throw wrong(
                        "string",
                        "strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps",
                        value);
        };
    }
}
