package io.amphora.kubectl.template;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Go's `fmt`: `print`, `println`, `printf` with its flags, widths, precisions, argument indexes and verbs.
final class Format {
    private static final int WIDEST = 1_000_000;

    private Format() {}

    /// A value as a template shows it.
    static String printed(Value value) {
        return value.isMissing() ? "<no value>" : plain(value);
    }

    /// What `html` and its like work on.
    static String joined(List<Value> values) {
        return sprint(values.stream()
                .map(each -> each.isMissing() || each instanceof Value.Nil ? new Value.Text("<no value>") : each)
                .toList());
    }

    /// A space between two of which neither is a text.
    static String sprint(List<Value> values) {
        var made = new StringBuilder();
        boolean text = true;
        for (Value each : values) {
            boolean isText = each.bare() instanceof Value.Text;
            if (!isText && !text) made.append(' ');
            made.append(plain(each));
            text = isText;
        }
        return made.toString();
    }

    static String sprintln(List<Value> values) {
        return values.stream().map(Format::plain).collect(Collectors.joining(" ")) + "\n";
    }

    private static String plain(Value value) {
        return new Verb("v").format(value);
    }

    static String sprintf(String format, List<Value> values) {
        return new Line(format, values).write();
    }

    /// One verb with its flags.
    private static final class Verb {
        private static final char NO_VERB = 0;
        private final char letter;
        private final String shown;
        private boolean plus;
        private boolean minus;
        private boolean sharp;
        private boolean space;
        private boolean zero;
        private int width = -1;
        private int precision = -1;

        Verb(String letter) {
            this.letter = letter.length() == 1 ? letter.charAt(0) : NO_VERB;
            this.shown = letter;
        }

        /// The same flags with another letter.
        Verb as(String other) {
            var verb = new Verb(other);
            verb.plus = plus;
            verb.minus = minus;
            verb.sharp = sharp;
            verb.space = space;
            verb.zero = zero && !minus;
            verb.width = width;
            verb.precision = precision;
            return verb;
        }

        String format(Value value) {
            return switch (value) {
                case Value.Boxed(var inner) -> format(inner);
                case Value.Missing _, Value.Nil _ -> nothing();
                case Value.Bool(var bool) ->
                    letter == 't' || letter == 'v' ? padded(String.valueOf(bool)) : wrong(value);
                case Value.Whole(var number, var _) -> whole(value, BigInteger.valueOf(number));
                case Value.Octet(var number) -> whole(value, BigInteger.valueOf(number));
                case Value.Decimal(var number) -> decimal(value, number);
                case Value.Complex(var real, var imaginary) -> complex(value, real, imaginary);
                case Value.Text(var bytes) -> text(value, bytes);
                case Value.Items(var items) -> items(value, items);
                case Value.Entries entries -> entries(value, entries);
            };
        }

        private String nothing() {
            if (letter == 'v') return padded("<nil>");
            return letter == 'T' ? padded("<nil>") : "%!" + shown + "(<nil>)";
        }

        private String wrong(Value value) {
            return "%!" + shown + "(" + value.type() + "=" + as("v").format(value) + ")";
        }

        private String padded(String text) {
            int missing = width - Bytes.runes(text).size();
            if (missing <= 0) return text;
            if (minus) return text + " ".repeat(missing);
            return (zero ? "0" : " ").repeat(missing) + text;
        }

        /// Zeros go between the sign and the digits.
        private String number(String sign, String digits) {
            int missing = width - sign.length() - digits.length();
            if (zero && !minus && missing > 0) return sign + "0".repeat(missing) + digits;
            boolean zeros = zero;
            zero = false;
            String made = padded(sign + digits);
            zero = zeros;
            return made;
        }

        private String whole(Value value, BigInteger number) {
            return switch (letter) {
                case 'v' ->
                    sharp && value instanceof Value.Octet
                            ? number("", "0x" + number.toString(16))
                            : digits(number, 10, "");
                case 'd' -> digits(number, 10, "");
                case 'b' -> digits(number, 2, sharp ? "0b" : "");
                case 'o' -> digits(number, 8, sharp ? "0" : "");
                case 'O' -> digits(number, 8, "0o");
                case 'x' -> digits(number, 16, sharp ? "0x" : "");
                case 'X' -> digits(number, 16, sharp ? "0X" : "").toUpperCase(Locale.ROOT);
                case 'c' -> padded(Bytes.of(rune(number)));
                case 'q' -> padded(Quoting.quoted(Bytes.of(rune(number)), '\'', plus));
                case 'U' -> unicode(number);
                default -> wrong(value);
            };
        }

        private static int rune(BigInteger number) {
            return number.bitLength() < 31 ? number.intValue() : Bytes.BROKEN;
        }

        private String unicode(BigInteger number) {
            String hex = number.toString(16).toUpperCase(Locale.ROOT);
            String code = "U+" + "0".repeat(Math.max(0, Math.max(4, precision) - hex.length())) + hex;
            boolean shows = sharp && Quoting.isPrintable(rune(number));
            return padded(shows ? code + " '" + Bytes.of(rune(number)) + "'" : code);
        }

        private String digits(BigInteger number, int radix, String prefix) {
            String digits = number.abs().toString(radix);
            if (precision == 0 && number.signum() == 0) return " ".repeat(Math.max(0, width));
            String sign = number.signum() < 0 ? "-" : plus ? "+" : space ? " " : "";
            if (precision < 0) return number(sign + prefix, digits);
            boolean zeros = zero;
            zero = false;
            String made = padded(sign + prefix + "0".repeat(Math.max(0, precision - digits.length())) + digits);
            zero = zeros;
            return made;
        }

        private String decimal(Value value, double number) {
            if ("vgGeEfF".indexOf(letter) < 0) return wrong(value);
            char verb = letter == 'v' ? 'g' : letter;
            int digits = precision >= 0 || verb == 'g' || verb == 'G' ? precision : 6;
            String made = Floats.format(number, verb, digits, sharp && letter != 'v');
            boolean negative = made.startsWith("-");
            String sign = negative ? "-" : plus ? "+" : space ? " " : "";
            String bare = made.replaceFirst("^[-+]", "");
            boolean special = !Character.isDigit(bare.charAt(0));
            if (!special) return number(sign, bare);
            boolean zeros = zero;
            zero = false;
            String shown = padded((sign.isEmpty() && made.startsWith("+") ? "+" : sign) + bare);
            zero = zeros;
            return shown;
        }

        private String complex(Value value, double real, double imaginary) {
            if ("vgGeEfF".indexOf(letter) < 0) return wrong(value);
            boolean signed = plus;
            String first = decimal(value, real);
            plus = true;
            String second = decimal(value, imaginary);
            plus = signed;
            return "(" + first + second + "i)";
        }

        private String text(Value value, String bytes) {
            String cut = precision < 0 ? bytes : firstRunes(bytes, precision);
            return switch (letter) {
                case 'v' -> padded(sharp ? Quoting.quoted(bytes) : cut);
                case 's' -> padded(cut);
                case 'q' -> {
                    boolean raw = sharp
                            && cut.chars().noneMatch(each -> each == '`' || each < ' ' && each != '\t' || each == 0x7F);
                    yield padded(raw ? "`" + cut + "`" : Quoting.quoted(cut, '"', plus));
                }
                case 'x', 'X' ->
                    padded(hex(precision < 0 ? bytes : bytes.substring(0, Math.min(precision, bytes.length()))));
                default -> wrong(value);
            };
        }

        private static String firstRunes(String bytes, int count) {
            int end = 0;
            for (int i = 0; i < count && end < bytes.length(); i++)
                end += Bytes.rune(bytes, end).size();
            return bytes.substring(0, end);
        }

        private String hex(String bytes) {
            String prefix = sharp ? "0" + letter : "";
            String made = bytes.chars()
                    .mapToObj(each -> String.format(letter == 'x' ? "%02x" : "%02X", each))
                    .collect(Collectors.joining(space ? " " + prefix : ""));
            return made.isEmpty() ? "" : prefix + made;
        }

        private String items(Value value, List<Value> items) {
            if (letter == 'v' && sharp)
                return value.type() + "{" + items.stream().map(this::inside).collect(Collectors.joining(", ")) + "}";
            return "[" + items.stream().map(this::inside).collect(Collectors.joining(" ")) + "]";
        }

        private String entries(Value value, Value.Entries map) {
            boolean typed = letter == 'v' && sharp;
            String pairs = map.entries().entrySet().stream()
                    .map(each -> format(new Value.Text(each.getKey())) + ":" + inside(each.getValue()))
                    .collect(Collectors.joining(typed ? ", " : " "));
            return typed ? value.type() + "{" + pairs + "}" : "map[" + pairs + "]";
        }

        private String inside(Value value) {
            Value bare = value instanceof Value.Boxed(var inner) ? inner : value;
            if (!(bare instanceof Value.Nil)) return format(bare);
            return letter == 'v' && sharp ? "interface {}(nil)" : "<nil>";
        }
    }

    /// A format on its way through its values.
    private static final class Line {
        private final String format;
        private final List<Value> values;
        private final StringBuilder made = new StringBuilder();
        private int at;
        private int next;
        private boolean reordered;
        private boolean goodIndex = true;
        private boolean afterIndex;

        Line(String format, List<Value> values) {
            this.format = format;
            this.values = values;
        }

        String write() {
            while (at < format.length()) {
                int percent = format.indexOf('%', at);
                made.append(format, at, percent < 0 ? format.length() : percent);
                if (percent < 0) break;
                at = percent + 1;
                verb();
            }
            if (!reordered && next < values.size()) extra();
            return made.toString();
        }

        private void extra() {
            String rest = values.subList(next, values.size()).stream()
                    .map(each ->
                            each.isMissing() || each instanceof Value.Nil ? "<nil>" : each.type() + "=" + plain(each))
                    .collect(Collectors.joining(", "));
            made.append("%!(EXTRA ").append(rest).append(')');
        }

        private void verb() {
            goodIndex = true;
            afterIndex = false;
            var verb = new Verb("v");
            flags(verb);
            index();
            if (at < format.length() && format.charAt(at) == '*') {
                at++;
                verb.width = star("%!(BADWIDTH)");
                if (verb.width < -1) {
                    verb.minus = true;
                    verb.zero = false;
                    verb.width = -verb.width;
                }
                afterIndex = false;
            } else {
                verb.width = digits();
                if (afterIndex && verb.width >= 0) goodIndex = false;
            }
            if (at < format.length() && format.charAt(at) == '.') {
                at++;
                if (afterIndex) goodIndex = false;
                index();
                if (at < format.length() && format.charAt(at) == '*') {
                    at++;
                    verb.precision = star("%!(BADPREC)");
                    if (verb.precision < -1) {
                        verb.precision = -1;
                        made.append("%!(BADPREC)");
                    }
                    afterIndex = false;
                } else verb.precision = Math.max(0, digits());
            }
            if (!afterIndex) index();
            if (at >= format.length()) {
                made.append("%!(NOVERB)");
                return;
            }
            Bytes.Rune rune = Bytes.rune(format, at);
            String letter = format.substring(at, at + rune.size());
            at += rune.size();
            finish(verb, letter);
        }

        private void flags(Verb verb) {
            for (; at < format.length(); at++) {
                switch (format.charAt(at)) {
                    case '#' -> verb.sharp = true;
                    case '0' -> verb.zero = true;
                    case '+' -> verb.plus = true;
                    case '-' -> verb.minus = true;
                    case ' ' -> verb.space = true;
                    default -> {
                        return;
                    }
                }
            }
        }

        private void finish(Verb flags, String letter) {
            if (letter.equals("%")) made.append('%');
            else if (!goodIndex) made.append("%!").append(letter).append("(BADINDEX)");
            else if (next >= values.size()) made.append("%!").append(letter).append("(MISSING)");
            else {
                Value value = values.get(next++);
                if (letter.equals("T") || letter.equals("p")) made.append(special(flags, letter, value));
                else made.append(flags.as(letter).format(value));
            }
        }

        private static String special(Verb flags, String letter, Value value) {
            Verb verb = flags.as("s");
            if (letter.equals("T")) return verb.padded(value.isMissing() ? "<nil>" : value.type());
            Verb pointer = flags.as(letter);
            return value.isMissing() || value instanceof Value.Nil ? pointer.nothing() : pointer.wrong(value);
        }

        /// `[3]`: which value is next.
        private void index() {
            if (at >= format.length() || format.charAt(at) != '[') return;
            reordered = true;
            int close = format.indexOf(']', at);
            if (close < 0) {
                goodIndex = false;
                at++;
                return;
            }
            String inside = format.substring(at + 1, close);
            at = close + 1;
            boolean number = inside.matches("[0-9]{1,7}");
            int index = number ? Integer.parseInt(inside) - 1 : -1;
            if (!number || index < 0 || index >= values.size()) {
                goodIndex = false;
                return;
            }
            next = index;
            afterIndex = true;
        }

        /// -1 for none.
        private int digits() {
            int from = at;
            while (at < format.length() && Character.isDigit(format.charAt(at)) && at - from < 8) at++;
            if (from == at) return -1;
            int number = Integer.parseInt(format.substring(from, at));
            return number > WIDEST ? -1 : number;
        }

        private int star(String bad) {
            Value value = next < values.size() ? values.get(next) : Value.MISSING;
            if (next < values.size()) next++;
            if (value.bare() instanceof Value.Whole(var number, var _) && Math.abs(number) <= WIDEST)
                return (int) number;
            made.append(bad);
            return -1;
        }
    }
}
